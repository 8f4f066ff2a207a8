//! Paths into the variants of an enum: the stored path of a field, and the test that the stored value is of the variant.
//!
//! Without a tag, the fields of a variant are in an entry of the variant's name, so no other variant has a value at their
//! paths. With a tag, they are next to the tag, and another variant may have a field of the same name. A condition on such
//! a field therefore also compares the tag: for the fields of one variant, an item with another one has no value.

use aws_sdk_dynamodb::types::AttributeValue;

use super::condition::{Comparator, Tree};
use super::condition_text::MAX_IN;
use super::node::{Segment, VariantStep};
use super::operand::Term;
use super::renamed::{terms, with_path};
use crate::Item;

impl VariantStep {
    /// Whether the entries of an enum are those of this variant.
    pub(crate) fn is_in(&self, map: &Item) -> bool {
        match self.tag {
            Some(tag) => matches!(map.get(tag), Some(AttributeValue::S(name)) if name == self.name),
            None => map.contains_key(self.name),
        }
    }

    /// The condition that the enum at `path` is of this variant, or of another one.
    fn test(&self, path: &[Segment], is_other: bool) -> Tree {
        let path = |name| [path, &[Segment::Name(name)]].concat();
        match self.tag {
            Some(tag) => {
                let comparator = if is_other { Comparator::Ne } else { Comparator::Eq };
                Tree::Compare(Term::Path(path(tag)), comparator, Term::text(self.name))
            }
            None => {
                let function = if is_other { "attribute_not_exists" } else { "attribute_exists" };
                Tree::Function(function, Term::Path(path(self.name)), None)
            }
        }
    }
}

/// The condition that a value is of the variant that `path` ends with. It holds for no other value.
pub(super) fn is_of(path: &[Segment]) -> Tree {
    match path.split_last() {
        Some((Segment::Variant(variant), path)) => variant.test(path, false),
        _ => Tree::has(path.to_vec()),
    }
}

/// A variant that an update changes or reads the content of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EnteredVariant {
    /// The path of the enum, as it is stored.
    pub(crate) path: Vec<Segment>,
    variant: VariantStep,
}

impl EnteredVariant {
    pub(crate) fn condition(&self) -> Tree {
        self.variant.test(&self.path, false)
    }

    /// Whether the enum is of the variant.
    pub(crate) fn is_in(&self, stored: &AttributeValue) -> bool {
        matches!(stored, AttributeValue::M(map) if self.variant.is_in(map))
    }

    /// Whether the stored path is that of the value which the variant holds.
    pub(super) fn is_content(&self, path: &[Segment]) -> bool {
        let entry = self.variant.tag.is_none().then_some(self.variant.name);
        matches!(path.split_last(), Some((last, path)) if entry.is_some() && last.name() == entry && path == self.path)
    }
}

/// Replaces the steps into variants by those that are stored, and returns the variants.
pub(super) fn enter(path: &mut Vec<Segment>) -> Vec<EnteredVariant> {
    let mut variants = Vec::new();
    // Most paths have no such step.
    while let Some((step, variant)) = first_variant(path) {
        variants.push(EnteredVariant { path: path[..step].to_vec(), variant });
        path.splice(step..=step, entry(variant));
    }
    variants
}

fn first_variant(path: &[Segment]) -> Option<(usize, VariantStep)> {
    path.iter().enumerate().find_map(|(step, segment)| match segment {
        Segment::Variant(variant) => Some((step, *variant)),
        _ => None,
    })
}

/// The stored step into the variant, if there is one.
fn entry(variant: VariantStep) -> Option<Segment> {
    variant.tag.is_none().then_some(Segment::Name(variant.name))
}

/// The condition with stored paths only. `None` if it has no others.
pub(super) fn resolve(tree: &Tree) -> Option<Tree> {
    // Most conditions have no such path, and then nothing is allocated.
    is_inside(tree).then(|| stored(tree))
}

fn is_inside(tree: &Tree) -> bool {
    match tree {
        Tree::And(trees) | Tree::Or(trees) => trees.iter().any(is_inside),
        Tree::Not(tree) => is_inside(tree),
        leaf => terms(leaf).any(|term| path_of(term).is_some()),
    }
}

fn stored(tree: &Tree) -> Tree {
    match tree {
        Tree::And(trees) => trees.iter().map(stored).reduce(Tree::and).unwrap_or(Tree::And(Vec::new())),
        Tree::Or(trees) => trees.iter().map(stored).reduce(Tree::or).unwrap_or(Tree::Or(Vec::new())),
        Tree::Not(tree) => Tree::Not(Box::new(stored(tree))),
        Tree::In(term, values) if values.iter().any(|value| path_of(value).is_some()) && values.len() <= MAX_IN => {
            each_of(term, values)
        }
        leaf => match terms(leaf).find_map(path_of) {
            Some((path, variant)) => in_variant(leaf, path, variant),
            None => leaf.clone(),
        },
    }
}

/// A comparison with several values, some of which are in variants. A value that is absent does not rule out the others, so
/// each value in a variant becomes a comparison.
fn each_of(term: &Term, values: &[Term]) -> Tree {
    let (inside, others): (Vec<_>, Vec<_>) = values.iter().cloned().partition(|value| path_of(value).is_some());
    let others = Some(others).filter(|others| !others.is_empty()).map(|others| Tree::In(term.clone(), others));
    let inside = inside.into_iter().map(|value| Tree::Compare(term.clone(), Comparator::Eq, value));
    let trees: Vec<Tree> = others.into_iter().chain(inside).map(|tree| stored(&tree)).collect();
    trees.into_iter().reduce(Tree::or).unwrap_or(Tree::Or(Vec::new()))
}

/// The path down to the first step into a variant, that step included.
fn path_of(term: &Term) -> Option<(&[Segment], VariantStep)> {
    let (step, variant) = first_variant(term.path())?;
    Some((&term.path()[..=step], variant))
}

/// A condition without `AND`, `OR` and `NOT`, on what the variant at `path` holds.
fn in_variant(leaf: &Tree, path: &[Segment], variant: VariantStep) -> Tree {
    let place = &path[..path.len() - 1];
    let to: Vec<Segment> = place.iter().cloned().chain(entry(variant)).collect();
    let inside = stored(&with_path(leaf, path, &to));
    match variant.tag {
        None => inside,
        Some(_) if holds_if_absent(leaf) => variant.test(place, true).or(inside),
        Some(_) => variant.test(place, false).and(inside),
    }
}

/// Whether the condition holds for an absent attribute.
fn holds_if_absent(leaf: &Tree) -> bool {
    match leaf {
        // The comparison of a size never does.
        Tree::Compare(_, Comparator::Ne, _) => !terms(leaf).any(|term| matches!(term, Term::Size(_))),
        Tree::Function(function, ..) => *function == "attribute_not_exists",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::placeholders::Placeholders;
    use super::*;

    fn path(tag: Option<&'static str>) -> Vec<Segment> {
        vec![
            Segment::named("payment", &[]),
            Segment::Variant(VariantStep { name: "card", tag }),
            Segment::Name("last4"),
        ]
    }

    fn text(tree: &Tree) -> (String, Vec<String>) {
        let mut placeholders = Placeholders::default();
        let text = placeholders.condition(tree).unwrap();
        (text, placeholders.names.into_iter().map(|(_, name)| name.into_owned()).collect())
    }

    fn compare(path: Vec<Segment>, comparator: Comparator) -> Tree {
        Tree::Compare(Term::Path(path), comparator, Term::text("4242"))
    }

    #[test]
    fn an_entry_of_the_variant_needs_no_test() {
        let (eq, names) = text(&compare(path(None), Comparator::Eq));
        assert_eq!((eq.as_str(), &names[..]), ("#0.#1.#2 = :0", &["payment", "card", "last4"].map(String::from)[..]));
    }

    #[test]
    fn a_field_beside_a_tag_is_absent_from_other_variants() {
        let tagged = || path(Some("kind"));
        let (eq, names) = text(&compare(tagged(), Comparator::Eq));
        assert_eq!(eq, "#0.#1 = :0 AND #0.#2 = :1");
        assert_eq!(names, ["payment", "kind", "last4"]);
        assert_eq!(text(&compare(tagged(), Comparator::Ne)).0, "#0.#1 <> :0 OR #0.#2 <> :1");
        let (exists, _) = text(&Tree::has(tagged()));
        assert_eq!(exists, "#0.#1 = :0 AND attribute_exists(#0.#2) AND NOT (#0.#1 = :0 AND attribute_type(#0.#2, :1))");
        let size = Tree::Compare(Term::Size(tagged()), Comparator::Ne, Term::text("4"));
        assert_eq!(text(&size).0, "#0.#1 = :0 AND size(#0.#2) <> :1");
    }

    #[test]
    fn a_tag_has_the_former_names_of_its_enum() {
        let mut renamed = path(Some("kind"));
        renamed[0] = Segment::named("payment", &["paid_by"]);
        let (eq, names) = text(&compare(renamed, Comparator::Eq));
        assert_eq!(names, ["payment", "kind", "paid_by", "last4"]);
        assert_eq!(
            eq,
            "(#0.#1 = :0 OR attribute_not_exists(#0) AND #2.#1 = :0) \
             AND (#0.#3 = :1 OR attribute_not_exists(#0) AND #2.#3 = :1)"
        );
    }

    #[test]
    fn each_variant_on_the_way_is_tested() {
        let mut nested = path(Some("kind"));
        nested.push(Segment::Variant(VariantStep { name: "eu", tag: Some("area") }));
        nested.push(Segment::Name("bank"));
        assert_eq!(text(&compare(nested.clone(), Comparator::Eq)).0, "#0.#1 = :0 AND #0.#2.#3 = :1 AND #0.#2.#4 = :2");
        let variants = enter(&mut nested);
        assert_eq!(variants.len(), 2);
        assert_eq!(nested, ["payment", "last4", "bank"].map(Segment::Name));
    }
}
