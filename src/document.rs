//! A table as a document, made from what the derives know: a chart of its entities, and definitions for other tools.
//!
//! Nothing here sends a request. `content` holds the facts, `chart` arranges them for people, and one file per format
//! writes them.

mod chart;
mod content;
mod costs;
mod file;
mod html;
mod json;
mod markdown;
mod patterns;
mod sample;
mod templates;
mod workbench;

use std::fmt;
use std::marker::PhantomData;
use std::path::Path;

use crate::{Collection, Model, Table};
use content::Content;

pub use costs::{AccessPattern, CostRow, TableCosts};

/// A table, its models and its collections as a document: a chart for people, or a definition for another tool.
///
/// Everything comes from the derives, except the list of the models. The text of a format depends on nothing else, so it
/// can be kept in the repository and [checked by a test](Self::assert_file). A value of an example key is the name of its
/// field and a number, or a fixed date, number or UUID; the example of a type that accepts none of them, such as an enum,
/// keeps the placeholder.
///
/// ```
/// use singlet::tables::{DocumentFormat, TableDocument};
/// use singlet::{Model, Table};
///
/// #[derive(Table)]
/// #[table(name = "shop", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
/// struct Shop;
///
/// #[derive(Model)]
/// #[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{number:06}")]
/// struct Order {
///     customer: String,
///     number: u32,
/// }
///
/// let document = TableDocument::<Shop>::new().model::<Order>();
/// let chart = document.render(DocumentFormat::Markdown);
/// assert!(chart.contains("`CUSTOMER#{customer}`<br>`CUSTOMER#customer-1`"));
/// assert!(chart.contains("`Order::query(customer)`"));
///
/// let template = document.render(DocumentFormat::CloudFormation);
/// assert!(template.contains("AWS::DynamoDB::Table"));
/// ```
pub struct TableDocument<T> {
    content: Content,
    table: PhantomData<fn() -> T>,
}

/// The formats of a [`TableDocument`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentFormat {
    /// A chart in Markdown: the entities with their key and index templates and example keys, and the access patterns that
    /// the table and each index serve.
    Markdown,
    /// The same chart as one HTML page, which loads nothing.
    Html,
    /// A data model of [NoSQL Workbench][1], with a facet and a sample item for each model. An attribute of a serde type
    /// has the type `M` in it.
    ///
    /// [1]: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/workbench.html
    Workbench,
    /// A [CloudFormation template][1] with one `AWS::DynamoDB::Table`.
    ///
    /// [1]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
    CloudFormation,
    /// A [Terraform configuration in JSON][1] with one `aws_dynamodb_table`.
    ///
    /// [1]: https://developer.hashicorp.com/terraform/language/syntax/json
    Terraform,
}

impl<T: Table> TableDocument<T> {
    /// Creates the document of a table without models.
    pub fn new() -> Self {
        let path = std::any::type_name::<T>();
        let type_name = path.rsplit("::").next().unwrap_or(path);
        TableDocument { content: Content::new(type_name, T::SCHEMA), table: PhantomData }
    }

    /// Adds a model. A model that the document has already, with the same name, entity and keys, is not added again. A model of
    /// another table does not compile.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() {
    /// use singlet::tables::{DocumentFormat, TableDocument};
    /// let document = TableDocument::<Shop>::new().model::<Customer>().model::<Order>();
    /// assert!(document.render(DocumentFormat::Html).contains("Customer"));
    /// # }
    /// ```
    #[must_use]
    pub fn model<M: Model>(mut self) -> Self {
        const {
            assert!(M::SCHEMA.table.is_same(T::SCHEMA), "the model belongs to another table than the document");
        }
        self.content.add(M::SCHEMA);
        self
    }

    /// Adds a collection: its models, unless the document has them, and the queries that read all of them at once.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() {
    /// use singlet::tables::{DocumentFormat, TableDocument};
    /// let document = TableDocument::<Shop>::new().collection::<Row>();
    /// assert!(document.render(DocumentFormat::Markdown).contains("`Row::query("));
    /// # }
    /// ```
    #[must_use]
    pub fn collection<C: Collection>(mut self) -> Self {
        // The derive checks that all models of a collection belong to one table.
        const {
            assert!(
                C::SCHEMA.is_of_table(T::SCHEMA),
                "the models of the collection belong to another table than the document"
            );
        }
        self.content.add_collection(C::SCHEMA);
        self
    }

    /// Sets the name of the table in the document, such as that of another environment; the declared name by default.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() {
    /// use singlet::tables::{DocumentFormat, TableDocument};
    /// let template = TableDocument::<Shop>::new().table_name("shop-prod").render(DocumentFormat::CloudFormation);
    /// assert!(template.contains(r#""TableName": "shop-prod""#));
    /// # }
    /// ```
    #[must_use]
    pub fn table_name(mut self, name: impl Into<String>) -> Self {
        self.content.name = name.into();
        self
    }

    /// Declares provisioned billing with this many capacity units per second for the table and for each global index,
    /// instead of on-demand billing.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() {
    /// use singlet::tables::{DocumentFormat, TableDocument};
    /// let terraform = TableDocument::<Shop>::new().provisioned(10, 5).render(DocumentFormat::Terraform);
    /// assert!(terraform.contains(r#""read_capacity": 10"#));
    /// # }
    /// ```
    #[doc(alias("ProvisionedThroughput", "BillingMode"))]
    #[must_use]
    pub fn provisioned(mut self, read: u64, write: u64) -> Self {
        self.content.provisioned = Some((read, write));
        self
    }

    /// Returns the document in a format. It ends with a line break.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() {
    /// use singlet::tables::{DocumentFormat, TableDocument};
    /// let model = TableDocument::<Shop>::new().model::<Order>().render(DocumentFormat::Workbench);
    /// assert!(model.contains(r#""FacetName": "Order""#));
    /// # }
    /// ```
    pub fn render(&self, format: DocumentFormat) -> String {
        let content = &self.content;
        match format {
            DocumentFormat::Markdown => markdown::write(&chart::of(content)),
            DocumentFormat::Html => html::write(&chart::of(content)),
            DocumentFormat::Workbench => workbench::model(content).to_string(),
            DocumentFormat::CloudFormation => templates::cloud_formation(content).to_string(),
            DocumentFormat::Terraform => templates::terraform(content).to_string(),
        }
    }

    /// Returns what the access patterns of the document's models cost, once [samples](TableCosts::sample) show how large
    /// their items are.
    pub fn costs(&self) -> TableCosts {
        TableCosts::of(self.content.table, &self.content.models)
    }

    /// Checks that a file contains the document in a format. Call it in a test, so that the file never disagrees with the
    /// models. `cargo test` runs in the folder of the package, so the path is relative to it.
    ///
    /// If the environment variable `SINGLET_DOCUMENTS` is `overwrite`, the file is written instead. Line breaks are
    /// compared as `\n`, because Git may have converted them.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() {
    /// use singlet::tables::{DocumentFormat, TableDocument};
    ///
    /// # let path = std::env::temp_dir().join(format!("singlet-{}.md", std::process::id()));
    /// # let document = TableDocument::<Shop>::new().model::<Order>();
    /// # std::fs::write(&path, document.render(DocumentFormat::Markdown)).unwrap();
    /// # #[cfg(any())]
    /// let path = "docs/shop.md";
    /// // In a test:
    /// let document = TableDocument::<Shop>::new().model::<Order>();
    /// document.assert_file(&path, DocumentFormat::Markdown);
    /// # std::fs::remove_file(path).unwrap();
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the file is absent or has other contents. The message names the first line that differs.
    #[track_caller]
    pub fn assert_file(&self, path: impl AsRef<Path>, format: DocumentFormat) {
        let overwrites = std::env::var_os("SINGLET_DOCUMENTS").is_some_and(|value| value == "overwrite");
        if let Err(message) = file::check(path.as_ref(), &self.render(format), overwrites) {
            panic!("{message}");
        }
    }
}

impl<T: Table> Default for TableDocument<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for TableDocument<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableDocument").field("content", &self.content).finish()
    }
}
