//! Random conditions and updates against naive interpreters of what they mean.

use std::collections::BTreeSet;

use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use singlet::expr::Condition;
use singlet::{Model, Update};

use crate::stand;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "samples", hash_key = "SAMPLE#{id}")]
struct Sample {
    id: u32,
    a: Option<i64>,
    b: Option<i64>,
    text: Option<String>,
    tags: BTreeSet<String>,
    list: Option<Vec<i64>>,
    touched: bool,
}

type Fields = <Sample as Model>::Fields;

fn word() -> impl Strategy<Value = String> {
    "[ab]{0,2}"
}

fn sample() -> impl Strategy<Value = Sample> {
    let numbers = (option::of(-2_i64..3), option::of(-2_i64..3));
    (numbers, option::of(word()), btree_set("[ab]{1,2}", 0..3), option::of(vec(-2_i64..3, 0..3)))
        .prop_map(|((a, b), text, tags, list)| Sample { id: 1, a, b, text, tags, list, touched: true })
}

#[derive(Debug, Clone)]
enum Tree {
    Eq(i64),
    Ne(i64),
    Lt(i64),
    Ge(i64),
    LessThanB,
    Between(i64, i64),
    In(Vec<i64>),
    Exists,
    TextIs(String),
    BeginsWith(String),
    Contains(String),
    HasTag(String),
    InList(i64),
    First(i64),
    ListSize(u64),
    And(Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
    Not(Box<Tree>),
    All(Vec<Tree>),
    Any(Vec<Tree>),
}

fn tree() -> impl Strategy<Value = Tree> {
    let number = || -2_i64..3;
    let leaf = prop_oneof![
        number().prop_map(Tree::Eq),
        number().prop_map(Tree::Ne),
        number().prop_map(Tree::Lt),
        number().prop_map(Tree::Ge),
        Just(Tree::LessThanB),
        (number(), 0_i64..3).prop_map(|(low, width)| Tree::Between(low, low + width)),
        vec(number(), 1..4).prop_map(Tree::In),
        Just(Tree::Exists),
        word().prop_map(Tree::TextIs),
        word().prop_map(Tree::BeginsWith),
        "[ab]{1,2}".prop_map(Tree::Contains),
        "[ab]{1,2}".prop_map(Tree::HasTag),
        number().prop_map(Tree::InList),
        number().prop_map(Tree::First),
        (0_u64..3).prop_map(Tree::ListSize),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            pair.clone().prop_map(|(a, b)| Tree::And(a.into(), b.into())),
            pair.prop_map(|(a, b)| Tree::Or(a.into(), b.into())),
            inner.clone().prop_map(|tree| Tree::Not(tree.into())),
            vec(inner.clone(), 1..4).prop_map(Tree::All),
            vec(inner, 1..4).prop_map(Tree::Any),
        ]
    })
}

impl Tree {
    fn condition(&self, s: &Fields) -> Condition<Sample> {
        let all = |trees: &[Tree]| trees.iter().map(|tree| tree.condition(s)).collect::<Vec<_>>();
        match self {
            Tree::Eq(n) => s.a.eq(*n),
            Tree::Ne(n) => s.a.ne(*n),
            Tree::Lt(n) => s.a.lt(*n),
            Tree::Ge(n) => s.a.ge(*n),
            Tree::LessThanB => s.a.lt(s.b),
            Tree::Between(low, high) => s.a.between(*low, *high),
            Tree::In(numbers) => s.a.is_in(numbers.clone()),
            Tree::Exists => s.text.exists(),
            Tree::TextIs(text) => s.text.eq(text.as_str()),
            Tree::BeginsWith(text) => s.text.begins_with(text.as_str()),
            Tree::Contains(text) => s.text.contains(text.as_str()),
            Tree::HasTag(tag) => s.tags.contains(tag.as_str()),
            Tree::InList(n) => s.list.contains(*n),
            Tree::First(n) => s.list.at(0).gt(*n),
            Tree::ListSize(size) => s.list.size().le(*size),
            Tree::And(a, b) => a.condition(s) & b.condition(s),
            Tree::Or(a, b) => a.condition(s) | b.condition(s),
            Tree::Not(tree) => !tree.condition(s),
            Tree::All(trees) => Condition::all(all(trees)).unwrap(),
            Tree::Any(trees) => Condition::any(all(trees)).unwrap(),
        }
    }

    /// Whether it holds: an absent attribute differs from every value, and nothing else is true of it.
    fn holds(&self, s: &Sample) -> bool {
        let text = |test: &dyn Fn(&str) -> bool| s.text.as_deref().is_some_and(test);
        match self {
            Tree::Eq(n) => s.a == Some(*n),
            Tree::Ne(n) => s.a != Some(*n),
            Tree::Lt(n) => s.a.is_some_and(|a| a < *n),
            Tree::Ge(n) => s.a.is_some_and(|a| a >= *n),
            Tree::LessThanB => s.a.zip(s.b).is_some_and(|(a, b)| a < b),
            Tree::Between(low, high) => s.a.is_some_and(|a| (*low..=*high).contains(&a)),
            Tree::In(numbers) => s.a.is_some_and(|a| numbers.contains(&a)),
            Tree::Exists => s.text.is_some(),
            Tree::TextIs(other) => text(&|text| text == other),
            Tree::BeginsWith(prefix) => text(&|text| text.starts_with(prefix.as_str())),
            Tree::Contains(part) => text(&|text| text.contains(part.as_str())),
            Tree::HasTag(tag) => s.tags.contains(tag),
            Tree::InList(n) => s.list.as_ref().is_some_and(|list| list.contains(n)),
            Tree::First(n) => s.list.as_ref().is_some_and(|list| list.first().is_some_and(|first| first > n)),
            Tree::ListSize(size) => s.list.as_ref().is_some_and(|list| list.len() as u64 <= *size),
            Tree::And(a, b) => a.holds(s) && b.holds(s),
            Tree::Or(a, b) => a.holds(s) || b.holds(s),
            Tree::Not(tree) => !tree.holds(s),
            Tree::All(trees) => trees.iter().all(|tree| tree.holds(s)),
            Tree::Any(trees) => trees.iter().any(|tree| tree.holds(s)),
        }
    }
}

#[derive(Debug, Clone)]
enum Act {
    SetA(i64),
    SetAToB,
    SetAIfAbsent(i64),
    AddToA(i64),
    SubtractFromA(i64),
    RemoveA,
    SetText(Option<String>),
    SetTags(BTreeSet<String>),
    AddTags(BTreeSet<String>),
    DeleteTags(BTreeSet<String>),
    SetList(Vec<i64>),
    Append(Vec<i64>),
    Prepend(Vec<i64>),
    RemoveList,
}

/// At most one action for each attribute: two on one place are refused.
fn acts() -> impl Strategy<Value = Vec<Act>> {
    let number = || -2_i64..3;
    let tags = || btree_set("[ab]{1,2}", 0..3);
    let numbers = || vec(number(), 0..3);
    let on_a = prop_oneof![
        number().prop_map(Act::SetA),
        Just(Act::SetAToB),
        number().prop_map(Act::SetAIfAbsent),
        number().prop_map(Act::AddToA),
        number().prop_map(Act::SubtractFromA),
        Just(Act::RemoveA),
    ];
    let on_tags =
        prop_oneof![tags().prop_map(Act::SetTags), tags().prop_map(Act::AddTags), tags().prop_map(Act::DeleteTags)];
    let on_list = prop_oneof![
        numbers().prop_map(Act::SetList),
        numbers().prop_map(Act::Append),
        numbers().prop_map(Act::Prepend),
        Just(Act::RemoveList),
    ];
    let on_text = option::of(word()).prop_map(Act::SetText);
    (option::of(on_a), option::of(on_tags), option::of(on_list), on_text)
        .prop_map(|(a, tags, list, text)| [a, tags, list, Some(text)].into_iter().flatten().collect())
}

impl Act {
    fn add_to<'a>(&self, update: Update<'a, Sample>) -> Update<'a, Sample> {
        match self.clone() {
            Act::SetA(n) => update.set(|s| s.a, n),
            Act::SetAToB => update.set(|s| s.a, Sample::FIELDS.b),
            Act::SetAIfAbsent(n) => update.set_if_absent(|s| s.a, n),
            Act::AddToA(n) => update.add(|s| s.a, n),
            Act::SubtractFromA(n) => update.subtract(|s| s.a, n),
            Act::RemoveA => update.remove(|s| s.a),
            Act::SetText(text) => update.set_or_remove(|s| s.text, text),
            Act::SetTags(tags) => update.set(|s| s.tags, tags),
            Act::AddTags(tags) => update.add_elements(|s| s.tags, tags),
            Act::DeleteTags(tags) => update.delete_elements(|s| s.tags, tags),
            Act::SetList(list) => update.set(|s| s.list, list),
            Act::Append(list) => update.append(|s| s.list, list),
            Act::Prepend(list) => update.prepend(|s| s.list, list),
            Act::RemoveList => update.remove(|s| s.list),
        }
    }

    /// Changes `new` from what was stored before; `false` where the update must fail.
    fn apply(&self, old: &Sample, new: &mut Sample) -> bool {
        let list = || old.list.clone().unwrap_or_default();
        match self.clone() {
            Act::SetA(n) => new.a = Some(n),
            Act::SetAToB => match old.b {
                Some(b) => new.a = Some(b),
                None => return false,
            },
            Act::SetAIfAbsent(n) => new.a = old.a.or(Some(n)),
            Act::AddToA(n) => new.a = Some(old.a.unwrap_or(0) + n),
            Act::SubtractFromA(n) => new.a = Some(old.a.unwrap_or(0) - n),
            Act::RemoveA => new.a = None,
            Act::SetText(text) => new.text = text,
            Act::SetTags(tags) => new.tags = tags,
            Act::AddTags(tags) => new.tags.extend(tags),
            Act::DeleteTags(tags) => new.tags.retain(|tag| !tags.contains(tag)),
            Act::SetList(list) => new.list = Some(list),
            Act::Append(values) => new.list = Some([list(), values].concat()),
            Act::Prepend(values) => new.list = Some([values, list()].concat()),
            Act::RemoveList => new.list = None,
        }
        true
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn conditions_hold_when_a_naive_evaluator_says_so() {
    let cases = (sample(), vec(tree(), 24));
    proptest!(config(12), |((mut sample, trees) in cases)| {
        runtime().block_on(stand::run(async |_| {
            Sample::create_table().await.unwrap();
            sample.save().await.unwrap();
            for tree in &trees {
                let update = Sample::update(1).set(|s| s.touched, true).when(|s| tree.condition(&s));
                match update.return_nothing().await {
                    Ok(()) => assert!(tree.holds(&sample), "held: {tree:?} of {sample:?}"),
                    Err(error) if error.is_condition_failed() => {
                        assert!(!tree.holds(&sample), "did not hold: {tree:?} of {sample:?}");
                    }
                    Err(error) => panic!("{error:?}: {tree:?}"),
                }
            }
        }));
    });
}

#[test]
fn updates_do_what_a_naive_interpreter_does() {
    let cases = (sample(), vec(acts(), 24));
    proptest!(config(12), |((mut sample, updates) in cases)| {
        runtime().block_on(stand::run(async |_| {
            Sample::create_table().await.unwrap();
            sample.save().await.unwrap();
            for acts in &updates {
                let mut expected = sample.clone();
                let succeeds = acts.iter().all(|act| act.apply(&sample, &mut expected));
                let update = acts.iter().fold(Sample::update(1), |update, act| act.add_to(update));
                match update.await {
                    Ok(new) => {
                        assert!(succeeds, "{acts:?} of {sample:?}");
                        assert_eq!(new, expected, "{acts:?} of {sample:?}");
                        sample = new;
                    }
                    Err(error) => assert!(!succeeds, "{error:?}: {acts:?} of {sample:?}"),
                }
                assert_eq!(Sample::get(1).await.unwrap().as_ref(), Some(&sample));
            }
        }));
    });
}
