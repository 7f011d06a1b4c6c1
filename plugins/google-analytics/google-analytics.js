// Counts with Google's own script, gtag.js, in the modes `frame` and `page`.
const { settings, load, on } = affiant;
const isApart = settings.mode === 'frame';

window.dataLayer ??= [];
// gtag.js takes the very object that holds a function's arguments, and no list.
window.gtag = function gtag() {
  window.dataLayer.push(arguments);
};

// What somebody agreed to is statistics. A frame without an origin has no cookies to count with.
window.gtag('consent', 'default', {
  ad_personalization: 'denied',
  ad_storage: 'denied',
  ad_user_data: 'denied',
  analytics_storage: isApart ? 'denied' : 'granted',
});
window.gtag('js', new Date());

const names = {
  'interview.started': 'interview_started',
  'screen.shown': 'page_view',
  'interview.finished': 'interview_finished',
};
const short = (text) => String(text).slice(0, 100);
// As on the server: names that Google keeps for itself, and ours, get a letter before them.
const taken = /^(_|firebase_|ga_|google_|gtag|(interview|page_title|session_id|engagement_time_msec)$)/;
const parameter = (name) => {
  const plain = name.replaceAll(/[^A-Za-z0-9_]/g, '_').slice(0, 38);
  return /^[A-Za-z]/.test(plain) && !taken.test(plain) ? plain : `x_${plain}`;
};

let isReady = false;
on((event) => {
  if (!isReady) {
    isReady = true;
    // Addresses of pages say which step somebody is at, and are not Google's to know.
    const said = { send_page_view: false, page_location: event.interview, page_referrer: '' };
    window.gtag('config', settings.measurement_id, isApart ? { ...said, client_id: event.visit } : said);
    load(`https://www.googletagmanager.com/gtag/js?id=${settings.measurement_id}`);
  }
  const details = Object.entries(event.details).slice(0, 20);
  window.gtag('event', names[event.event], {
    ...Object.fromEntries(details.map(([name, value]) => [parameter(name), short(value)])),
    interview: short(event.interview),
    page_title: event.screen === null ? undefined : short(event.screen),
  });
});
