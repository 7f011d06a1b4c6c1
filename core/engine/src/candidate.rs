//! Which blocks may define a path, in the order in which they are tried.

use affiant_guest::{Content, Path, Segment, Value};
use affiant_interview::{BlockIndex, Interview};

use crate::index::Index;
use crate::world::{Bindings, World};

/// The letters given to replaced brackets, from left to right.
const LETTERS: [char; 6] = ['i', 'j', 'k', 'l', 'm', 'n'];

/// Something that may define a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Candidate {
    /// A block of the interview.
    Block { block: BlockIndex, bindings: Bindings },
    /// The engine itself: gathers the list or dictionary whose `gathered` is wanted.
    Gather(Path),
    /// The engine itself: makes the items of a typed list up to this one.
    Item(Path),
    /// The engine itself: a part that objects of the class come with.
    Part { path: Path, class: &'static str },
}

/// One way of writing a path: with some brackets replaced, and perhaps a part as `x`.
struct Variant {
    pattern: String,
    bindings: Bindings,
    attributes: usize,
    brackets: usize,
}

/// All candidates for `path`, the preferred one first (rule 2 of the interview language).
pub(crate) fn candidates(
    index: &Index,
    interview: &Interview,
    world: &World,
    language: &str,
    path: &Path,
) -> Vec<Candidate> {
    let mut found = Vec::new();
    for variant in variants(path, None) {
        push(&mut found, index.plain(&variant.pattern), &variant, interview, language);
    }
    if index.has_generics() {
        for variant in generic_variants(path) {
            let Some(generic) = &variant.bindings.generic else { continue };
            let class = world.look(generic, |it| match it {
                Some(Value::Object(object)) => Some(object.class.clone()),
                _ => None,
            });
            for class in class.iter().flat_map(|it| lineage(it)) {
                push(
                    &mut found,
                    index.generic(&class, &variant.pattern),
                    &variant,
                    interview,
                    language,
                );
            }
        }
    }
    found.extend(of_engine(world, path));
    found
}

fn push(
    found: &mut Vec<Candidate>,
    blocks: &[BlockIndex],
    variant: &Variant,
    interview: &Interview,
    language: &str,
) {
    let language_of = |it: &BlockIndex| interview.blocks[it.0 as usize].language.as_deref();
    let main = language.split('-').next().unwrap_or(language);
    let here = blocks.iter().filter(|it| language_of(it) == Some(language));
    // A block for Spanish serves a session in Mexican Spanish too.
    let near = blocks.iter().filter(|it| main != language && language_of(it) == Some(main));
    let anywhere = blocks.iter().filter(|it| matches!(language_of(it), None | Some("*")));
    for block in here.chain(near).chain(anywhere) {
        let candidate = Candidate::Block { block: *block, bindings: variant.bindings.clone() };
        if !found.contains(&candidate) {
            found.push(candidate);
        }
    }
}

/// A class and its ancestors, the class first.
fn lineage(class: &str) -> Vec<String> {
    let mut names = vec![class.to_owned()];
    let mut current = affiant_library::class(class);
    while let Some(class) = current {
        if names.last().is_some_and(|it| it != class.name) {
            names.push(class.name.to_owned());
        }
        current = class.parent.and_then(affiant_library::class);
    }
    names
}

/// What the engine can do for a path by itself.
fn of_engine(world: &World, path: &Path) -> Option<Candidate> {
    let parent = path.parent()?;
    world.look(&parent, |holder| {
        let Some(Value::Object(object)) = holder else { return None };
        match path.last()? {
            Segment::Attribute(name) if &**name == "gathered" => {
                (!matches!(object.content, Content::None))
                    .then(|| Candidate::Gather(parent.clone()))
            }
            Segment::Attribute(name) => {
                let parts = affiant_library::class(&object.class)?.parts;
                let (_, class) = parts.iter().find(|(part, _)| *part == &**name)?;
                Some(Candidate::Part { path: path.clone(), class })
            }
            Segment::Index(at) => match &object.content {
                Content::Items(items) if object.attributes.contains_key("object_type") => {
                    (*at <= items.len() + 10).then(|| Candidate::Item(path.clone()))
                }
                _ => None,
            },
            Segment::Key(_) => match &object.content {
                Content::Entries(_) if object.attributes.contains_key("object_type") => {
                    Some(Candidate::Item(path.clone()))
                }
                _ => None,
            },
        }
    })
}

/// The ways of writing `path` with some brackets as index variables, the most specific first.
/// With a `generic` part that many segments long is `x`.
fn variants(path: &Path, generic: Option<usize>) -> Vec<Variant> {
    let first = generic.unwrap_or(0);
    let rest = &path.segments()[first..];
    let brackets: Vec<usize> = rest
        .iter()
        .enumerate()
        .filter(|(_, it)| !matches!(it, Segment::Attribute(_)))
        .map(|(at, _)| at)
        .take(LETTERS.len())
        .collect();
    let root = if generic.is_some() { "x" } else { path.root() };
    let mut found: Vec<(u32, Variant)> = (0..1_u32 << brackets.len())
        .map(|chosen| {
            let mut letters = LETTERS.iter();
            let mut pattern = root.to_owned();
            let mut bindings =
                Bindings { generic: generic.map(|it| path.truncated(it)), ..Bindings::default() };
            for (at, segment) in rest.iter().enumerate() {
                let replaced = brackets
                    .iter()
                    .position(|it| *it == at)
                    .is_some_and(|it| chosen & (1 << it) != 0);
                match letters.next_if(replaced) {
                    Some(letter) => {
                        pattern.push_str(&format!("[{letter}]"));
                        bindings.index.insert(*letter, segment.clone());
                    }
                    None => push_segment(&mut pattern, segment),
                }
            }
            let attributes = rest.iter().filter(|it| matches!(it, Segment::Attribute(_))).count();
            (
                chosen.count_ones(),
                Variant { pattern, bindings, attributes, brackets: rest.len() - attributes },
            )
        })
        .collect();
    found.sort_by_key(|(replaced, _)| *replaced);
    found.into_iter().map(|(_, variant)| variant).collect()
}

/// Takes the next letter only when it is wanted.
trait NextIf<'a> {
    fn next_if(&mut self, wanted: bool) -> Option<&'a char>;
}

impl<'a> NextIf<'a> for std::slice::Iter<'a, char> {
    fn next_if(&mut self, wanted: bool) -> Option<&'a char> {
        if wanted { self.next() } else { None }
    }
}

fn push_segment(pattern: &mut String, segment: &Segment) {
    match segment {
        Segment::Attribute(name) => {
            pattern.push('.');
            pattern.push_str(name);
        }
        Segment::Index(at) => pattern.push_str(&format!("[{at}]")),
        Segment::Key(key) => {
            pattern.push_str(&format!("[\"{}\"]", key.replace('\\', "\\\\").replace('"', "\\\"")));
        }
    }
}

/// The ways of writing `path` with a part as `x`: more attributes first, then more brackets, so
/// that the outermost object's blocks come before the innermost's.
fn generic_variants(path: &Path) -> Vec<Variant> {
    let mut found: Vec<Variant> =
        (0..path.segments().len()).flat_map(|length| variants(path, Some(length))).collect();
    found.sort_by_key(|it| std::cmp::Reverse((it.attributes, it.brackets)));
    found
}
