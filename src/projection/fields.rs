//! Attributes that a read returns as a tuple, chosen where the read is made.

use std::borrow::Cow;
use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::attribute::record;
use crate::expr::kind::Comparable;
use crate::expr::role::ListOrMapEntry;
use crate::expr::run_time::Under;
use crate::expr::{PathTo, Readable, Segment};
use crate::op::engine::vtable::AnyModel;
use crate::splice::{ReadItem, choice_of};
use crate::wire::{Fault, Reader};
use crate::{Attribute, Item, Model, item};

/// What `.fields(..)` of a read takes: a tuple of one to eight paths. The read returns a tuple of their values.
///
/// A path has the type of its field: an absent `Option` is `None`. A path inside of an attribute, such as
/// `c.address.city`, reads the whole attribute. Compressed, converted and serde fields have no value of their own in a tuple; use a
/// [`Projection`](crate::Projection) for them, and for fields with a default that items may lack.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
/// # create_orders().await?;
/// let read = singlet::batch_get((
///     Order::get(("ann", 1)).fields(|o| (o.total, o.note)),
///     Order::get(("ann", 2)).fields(|o| (o.id,)),
/// ));
/// assert_eq!(read.await?, (Some((10, None)), Some((2,))));
/// # Ok(()) }) }
/// ```
///
/// # Errors
///
/// `Decode` if an item lacks an attribute that is not an `Option`, or holds a value of another type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tuple of paths of `{M}`",
    label = "expected one to eight paths, such as `(c.name, c.points)`",
    note = "one path is `(c.name,)`; compressed, converted and serde fields need `#[derive(Projection)]`"
)]
pub trait SelectFields<M>: 'static {
    /// The values of the attributes.
    type Output: Send + Sync + 'static;

    #[doc(hidden)]
    fn paths(&self) -> Vec<Vec<Segment>>;
    #[doc(hidden)]
    fn read(paths: &[Vec<Segment>], item: &Item) -> Result<Self::Output, Fault>;
}

macro_rules! tuples {
    ($(($($path:ident $n:tt),+))*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M, $($path),+> SelectFields<M> for ($($path,)+)
        where
            $($path: PathTo<M, Role: Readable, Declared: Attribute<Kind: Comparable> + Send + Sync + 'static> + 'static,)+
            // The generated types of converted fields have no paths.
            $(<$path::Declared as Attribute>::Fields<M, $path::Declared, ListOrMapEntry>: Under),+
        {
            type Output = ($($path::Declared,)+);

            fn paths(&self) -> Vec<Vec<Segment>> {
                vec![$(self.$n.segments()),+]
            }

            fn read(paths: &[Vec<Segment>], item: &Item) -> Result<Self::Output, Fault> {
                Ok(($(value_at::<$path::Declared>(item, &paths[$n])?,)+))
            }
        }
    )*};
}
tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
}

/// Reads the value at a path.
fn value_at<T: Attribute>(item: &Item, path: &[Segment]) -> Result<T, Fault> {
    let name = top(path);
    let mut value = Some(item).and_then(|item| path.first()?.entry_of(item));
    for segment in &path[1..] {
        value = match (value, segment) {
            // The fields of a variant with a tag are next to the tag; another variant does not have them.
            (Some(AttributeValue::M(map)), Segment::Variant(variant)) if variant.tag.is_some() => {
                value.filter(|_| variant.is_in(map))
            }
            (Some(AttributeValue::M(map)), segment) => segment.entry_of(map),
            (Some(AttributeValue::L(list)), Segment::Index(index)) => {
                usize::try_from(*index).ok().and_then(|index| list.get(index))
            }
            _ => None,
        };
    }
    let value = value.map(|value| item::decode(value, T::read)).transpose().map_err(|fault| fault.inside(name))?;
    record::take(value, name)
}

/// The attribute that a path leads into.
fn top(path: &[Segment]) -> &'static str {
    match path.first() {
        Some(Segment::Name(name) | Segment::Renamed { name, .. }) => name,
        _ => unreachable!("the paths of a model begin with its attributes"),
    }
}

/// The paths of a read, without their types.
#[derive(Clone)]
pub(crate) struct Chosen(Arc<[Vec<Segment>]>);

impl Chosen {
    pub(crate) fn of<M>(fields: &impl SelectFields<M>) -> Self {
        Chosen(fields.paths().into())
    }

    /// The attributes that the paths lead into, each once.
    pub(crate) fn names(&self) -> Cow<'static, [&'static str]> {
        let mut names: Vec<&'static str> = self.0.iter().map(|path| top(path)).collect();
        names.sort_unstable();
        names.dedup();
        Cow::Owned(names)
    }

    pub(crate) fn read<M: Model, F: SelectFields<M>>(self) -> ReadItem<F::Output> {
        ReadItem::Chosen(|chosen, reader| choice_of::<Chosen>(chosen).read_item::<M, F>(reader), Arc::new(self))
    }

    pub(crate) fn read_any<M: Model, F: SelectFields<M>>(self) -> ReadItem<Box<AnyModel>> {
        ReadItem::Chosen(
            |chosen, reader| Ok(Box::new(choice_of::<Chosen>(chosen).read_item::<M, F>(reader)?)),
            Arc::new(self),
        )
    }

    fn read_item<M: Model, F: SelectFields<M>>(&self, reader: &mut Reader<'_>) -> Result<F::Output, Fault> {
        item::check_schema(reader, M::SCHEMA)?;
        let item = item::read_entries(reader)?;
        let entity = M::SCHEMA.entity.map(|entity| entity.attribute.name);
        if !M::SCHEMA.owns(&item) {
            let is_unnamed = entity.is_some_and(|name| !item.contains_key(name));
            return Err(if is_unnamed { item::missing_entity() } else { item::wrong_entity() });
        }
        F::read(&self.0, &item)
    }
}
