(element) => {
  // In a page, what happened stands at the script's element. Into a frame it is sent, once, by the page
  // around it, of which the frame sees nothing else.
  const heard = [];
  let told = element.dataset.events === undefined ? null : JSON.parse(element.dataset.events);
  if (told === null) {
    window.addEventListener('message', (message) => {
      if (message.source !== window.parent || told !== null) return;
      told = message.data;
      for (const event of told) for (const hear of heard) hear(event);
    });
  }
  return {
    // The settings that an administrator chose, but the secret ones.
    settings: JSON.parse(element.dataset.settings),
    // Calls a function with each thing that happened: `event`, `interview`, `screen`, `details`, `time`,
    // `visit` and `account`, as far as the manifest names them.
    on(hear) {
      heard.push(hear);
      for (const event of told ?? []) hear(event);
    },
    // Loads a further script. The browser does so if the manifest lists its host.
    load(address) {
      const script = document.createElement('script');
      script.src = address;
      script.async = true;
      document.head.append(script);
    },
  };
}
