//! The options that several operations share, each written once. A builder in `op` lists the ones that it has.
//!
//! An example in an option's documentation runs once for every operation that has the option.

/// An example with a table that contains the orders 1 to 5 of the customer `c-1`, from 100 to 500 cents.
macro_rules! example {
    ($($line:literal)+) => {
        concat!(
            "```\n",
            "# use singlet::{Client, Model};\n",
            "# #[derive(Debug, Clone, PartialEq, Model)]\n",
            "# #[model(table = \"shop\", hash_key = \"CUSTOMER#{customer}\", range_key = \"ORDER#{id:04}\")]\n",
            "# struct Order { customer: String, id: u32, cents: u64 }\n",
            "# #[tokio::main(flavor = \"current_thread\")]\n",
            "# async fn main() -> singlet::Result<()> {\n",
            "# let client = Client::embedded();\n",
            "# singlet::with_client(client.clone(), async {\n",
            "# Order::create_table().await?;\n",
            "# for id in 1..=5 {\n",
            "#     Order { customer: \"c-1\".into(), id, cents: 100 * u64::from(id) }.save().await?;\n",
            "# }\n",
            $($line, "\n",)+
            "# Ok(())\n",
            "# }).await\n",
            "# }\n",
            "```\n",
        )
    };
}
pub(crate) use example;

/// An example with the model of `src/docs/example_order.in` and an empty table. It takes fewer lines than the same
/// example as a comment.
macro_rules! order_example {
    ($($line:literal)+) => {
        concat!(
            "```\n",
            "# include!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/src/docs/example_order.in\")); fn main() { run(async {\n",
            $($line, "\n",)+
            "# Ok(()) }) }\n",
            "```\n",
        )
    };
}
pub(crate) use order_example;

/// The options of every operation. `$call` is the field that contains its `CallOptions`.
macro_rules! call_options {
    ($($call:ident).+) => {
        /// Sends this operation with `client`, whatever the task, the model or the default client is.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let order = Order::get((\"c-1\", 1)).client(&client).await?;"
            "assert!(order.is_some());"
        )]
        pub fn client(mut self, client: &$crate::Client) -> Self {
            self.$($call).+.client = Some(client.clone());
            self
        }

        /// Sends this operation to `table` instead of the model's table: for example one table per tenant.
        ///
        /// The table must have the same keys and indexes.
        ///
        #[doc = $crate::op::engine::options::example!(
            "Order::create_table().table(\"shop-acme\").await?;"
            "assert_eq!(Order::get((\"c-1\", 1)).table(\"shop-acme\").await?, None);"
        )]
        pub fn table(mut self, table: impl Into<String>) -> Self {
            self.$($call).+.table = Some(table.into());
            self
        }
    };
    ($($call:ident).+, hooks) => {
        $crate::op::engine::options::call_options!($($call).+);

        /// Enables or disables the model's hooks for this operation, overriding the model's config.
        ///
        /// Use it for migrations and imports, where hooks with side effects must not run again.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let order = Order::get((\"c-1\", 1)).skip_hooks(true).await?;"
            "assert!(order.is_some());"
        )]
        pub fn skip_hooks(mut self, skip: bool) -> Self {
            self.$($call).+.skip_hooks = Some(skip);
            self
        }
    };
}
pub(crate) use call_options;

/// Skipping of items that cannot be decoded, for reads of several items. `$call` is the field that holds the `CallOptions`.
macro_rules! undecodable_options {
    ($($call:ident).+) => {
        /// Skips items that cannot be decoded as the model, instead of failing at the first one.
        ///
        /// The observer is called for each of them ([`SkipReason::Undecodable`](crate::SkipReason::Undecodable)). A batch or
        /// transaction returns `None` for such an item. Use it if one damaged item must not stop a report or a migration;
        /// without it, [`Error::item_key`](crate::Error::item_key) returns the key of the item.
        ///
        #[doc = $crate::op::engine::options::example!(
            "// Another program wrote a text instead of a number into order 6."
            "# let line = r#\"{\"Item\":{\"pk\":{\"S\":\"CUSTOMER#c-1\"},\"sk\":{\"S\":\"ORDER#0006\"},\"customer\":{\"S\":\"c-1\"},\"id\":{\"N\":\"6\"},\"cents\":{\"S\":\"free\"}}}\"#;"
            "# singlet::import(\"shop\", line.as_bytes()).await?;"
            "assert!(Order::query(\"c-1\").await.is_err());"
            "assert_eq!(Order::query(\"c-1\").skip_undecodable().await?.len(), 5);"
        )]
        pub fn skip_undecodable(mut self) -> Self {
            self.$($call).+.skips_undecodable = true;
            self
        }
    };
}
pub(crate) use undecodable_options;

/// Strong consistency. `$consistent` is the field that stores the choice. With `where`, only the table and local
/// indexes can be read consistently.
macro_rules! consistency_options {
    ($($consistent:ident).+ $(where $index:ident)?) => {
        /// Reads with strong consistency (`ConsistentRead`): the result includes every write that succeeded before.
        ///
        /// It costs twice the read capacity. Use it to read what this program, or the one before it in a workflow,
        /// has just written.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let order = Order::get((\"c-1\", 1)).consistent().await?;"
            "assert!(order.is_some());"
        )]
        #[doc(alias = "ConsistentRead")]
        pub fn consistent(self) -> Self
        $(where $index: $crate::table::ConsistentRead)?
        {
            self.consistent_read(true)
        }

        /// Enables or disables strong consistency, overriding the model's config.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let order = Order::get((\"c-1\", 1)).consistent_read(false).await?;"
            "assert!(order.is_some());"
        )]
        #[doc(alias = "ConsistentRead")]
        pub fn consistent_read(mut self, consistent: bool) -> Self
        $(where $index: $crate::table::ConsistentRead)?
        {
            self.$($consistent).+ = Some(consistent);
            self
        }
    };
}
pub(crate) use consistency_options;

/// The conditions of a write, which its own `guarded` method stores.
macro_rules! condition_options {
    ($does:literal) => {
        #[doc = concat!($does, " only if the stored item satisfies `condition`.")]
        ///
        /// Several conditions are combined with *and*.
        ///
        /// # Errors
        ///
        /// `ConditionFailed` with the stored item ([`Error::old`](crate::Error::old)) if it does not.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let order = Order::update((\"c-1\", 1)).set(|o| o.cents, 90).when(|o| o.cents.gt(500));"
            "assert!(order.await.unwrap_err().is_condition_failed());"
        )]
        #[doc(alias = "ConditionExpression")]
        pub fn when<C: $crate::expr::IntoCondition<M>>(self, condition: impl FnOnce(M::Fields) -> C) -> Self {
            self.guarded(condition(M::FIELDS).into_condition().into_tree())
        }

        /// Like [`when`](Self::when), with an expression in DynamoDB's own syntax.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let is_large = singlet::RawExpression::new(\"#c > :least\").name(\"#c\", \"cents\").value(\":least\", 50);"
            "Order::update((\"c-1\", 1)).set(|o| o.cents, 90).when_raw(is_large).await?;"
        )]
        #[doc(alias = "ConditionExpression")]
        pub fn when_raw(self, condition: impl Into<$crate::RawExpression>) -> Self {
            self.guarded($crate::expr::Tree::Raw(condition.into()))
        }
    };
}
pub(crate) use condition_options;

/// The user's change to a request, which `$customize` stores. With `each`, the operation can send its request again.
macro_rules! customize_option {
    ($($customize:ident).+, $builder:ident) => {
        /// Changes the SDK's request, for options that singlet does not expose.
        ///
        /// The change is applied last and overrides what singlet sets. The request does not contain an item that is
        /// written, because items bypass the SDK.
        ///
        #[doc = $crate::op::engine::options::example!(
            "use aws_sdk_dynamodb::types::ReturnConsumedCapacity::Indexes;"
            ""
            "Order::update((\"c-1\", 1)).set(|o| o.cents, 90).customize(|r| r.return_consumed_capacity(Indexes)).await?;"
        )]
        pub fn customize(mut self, f: impl FnOnce($builder) -> $builder + Send + 'static) -> Self {
            self.$($customize).+ = Some(Box::new(f));
            self
        }
    };
    ($($customize:ident).+, each $builder:ident) => {
        /// Changes the SDK's request, for options that singlet does not expose.
        ///
        /// The change is applied last, to each attempt: a transaction that conflicts is sent again.
        ///
        #[doc = $crate::op::engine::options::example!(
            "use aws_sdk_dynamodb::types::ReturnConsumedCapacity::Indexes;"
            ""
            "let read = singlet::transact_get(Order::get((\"c-1\", 1))).customize(|r| r.return_consumed_capacity(Indexes));"
            "assert!(read.await?.is_some());"
        )]
        pub fn customize(mut self, f: impl Fn($builder) -> $builder + Send + Sync + 'static) -> Self {
            self.$($customize).+ = Some(Box::new(f));
            self
        }
    };
}
pub(crate) use customize_option;

/// The metadata of an operation. The builder's `finish` takes the value out of the outcome.
// Each run of rustfmt would move the examples further to the right.
#[rustfmt::skip]
macro_rules! detailed_option {
    ($lifetime:lifetime, $value:ty) => {
        /// Also returns the metadata of the requests: their [cost](crate::Cost), attempts and request id.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let response = Order::get((\"c-1\", 1)).detailed().await?;"
            "assert_eq!((response.cost.read, response.cost.write), (0.5, 0.0));"
        )]
        #[doc(alias = "ReturnConsumedCapacity")]
        pub fn detailed(self) -> $crate::OperationFuture<$lifetime, $crate::Response<$value>>
        where
            $value: $lifetime,
        {
            let finish = self.finish();
            $crate::OperationFuture::detailed(self.executor(), finish)
        }
    };
}
pub(crate) use detailed_option;

/// The first request of an operation. `$call` is the field that contains its `CallOptions`, and `$run` the method that
/// runs it. `$sensitive` are the attributes whose values are not shown.
macro_rules! explain_option {
    ($($call:ident).+, $run:ident, $sensitive:expr) => {
        /// Returns the request that awaiting this operation would send first, and those that may follow. No hook runs.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let request = Order::update((\"c-1\", 1)).set(|o| o.cents, 90).explain()?;"
            "assert_eq!(request.operation(), \"UpdateItem\");"
            "assert!(request.body().contains(\"SET #1 = :0\"));"
        )]
        pub fn explain(mut self) -> $crate::Result<$crate::RequestPlan> {
            $crate::op::engine::explain::first_request($sensitive, |explained| {
                self.$($call).+.explained = Some(explained);
                self.$run()
            })
        }
    };
}
pub(crate) use explain_option;

/// A write that returns the stored item: `$name` wraps the `$write` in its field `operation`, whose field `$options` has the sink.
macro_rules! returning_old {
    ($name:ident, $write:ident, $options:ident) => {
        impl<'a, M: Model> $name<'a, M> {
            $crate::op::engine::options::detailed_option!('a, Option<M>);

            $crate::op::engine::options::explain_option!(operation.call, executor, M::SCHEMA.sensitive);

            fn finish(&self) -> fn($crate::op::engine::outcome::Outcome) -> Option<M> {
                $crate::op::engine::outcome::Outcome::first::<M>
            }

            fn executor(mut self) -> $crate::op::engine::future::BoxFuture<'a, Result<$crate::op::engine::outcome::Outcome>> {
                self.operation.$options.old = Some($crate::splice::Decoder::<M>::model().sink());
                self.operation.executor()
            }
        }

        impl<'a, M: Model> IntoFuture for $name<'a, M> {
            type Output = Result<Option<M>>;
            type IntoFuture = $crate::OperationFuture<'a, Option<M>>;

            fn into_future(self) -> Self::IntoFuture {
                let finish = self.finish();
                $crate::OperationFuture::new(self.executor(), finish)
            }
        }

        impl<'a, M: Model> $write<'a, M> {
            /// Returns the item that was stored before: `None` if there was none, or, with
            /// [`any_entity`](Self::any_entity), if it belonged to another model.
            ///
            #[doc = $crate::op::engine::options::example!(
                "let mut order = Order { customer: \"c-1\".into(), id: 1, cents: 90 };"
                "assert_eq!(order.save().return_old().await?.unwrap().cents, 100);"
                "assert_eq!(order.delete().return_old().await?, Some(order));"
            )]
            #[doc(alias = "ReturnValues")]
            pub fn return_old(self) -> $name<'a, M> {
                $name { operation: self }
            }
        }
    };
}
pub(crate) use returning_old;

/// Writes that replace items of other models. `$options` is the field that contains `stored`, a `Replaceable`, which the
/// file imports.
macro_rules! entity_options {
    ($options:ident, $does:literal) => {
        #[doc = concat!("Also ", $does, " an item of another model, or one without an entity attribute, that is stored under the key.")]
        ///
        /// By default such an item is an error of kind [`WrongEntity`](crate::ErrorKind::WrongEntity), and stays. The
        /// model needs a table with an entity attribute for that. The check is part of the request and costs nothing.
        ///
        /// ```
        /// # use singlet::{Client, ErrorKind, Model, Table};
        /// #[derive(Table)]
        /// #[table(name = "shop", hash_key = "pk", entity = "_type")]
        /// struct Shop;
        ///
        /// #[derive(Debug, Model)]
        /// #[model(table = Shop, hash_key = "USER#{id}")]
        /// struct User { id: u32 }
        ///
        /// #[derive(Debug, Model)]
        /// #[model(table = Shop, hash_key = "USER#{id}")]
        /// struct Admin { id: u32 }
        ///
        /// # #[tokio::main(flavor = "current_thread")]
        /// # async fn main() -> singlet::Result<()> {
        /// # singlet::with_client(Client::embedded(), async {
        /// # Shop::create_table().await?;
        /// User { id: 1 }.save().await?;
        /// let mut admin = Admin { id: 1 };
        /// assert_eq!(admin.save().await.unwrap_err().kind(), ErrorKind::WrongEntity);
        /// assert_eq!(admin.delete().await.unwrap_err().kind(), ErrorKind::WrongEntity);
        ///
        /// admin.save().any_entity().await?;
        /// User::delete_by_key(1).any_entity().await?;
        /// # Ok(())
        /// # }).await
        /// # }
        /// ```
        pub fn any_entity(mut self) -> Self {
            self.$options.stored = Replaceable::Any;
            self
        }
    };
}
pub(crate) use entity_options;

/// Refresh on access. `$call` is the field that contains the `CallOptions`; `$cost` states what a refresh costs.
macro_rules! refresh_options {
    ($($call:ident).+, $cost:literal) => {
        /// Enables or disables refresh on access for this operation, overriding the model's config.
        ///
        /// A refresh extends the TTL of the item to the model's `ttl`, counted from now. It never shortens it.
        /// Disable it for access that does not count as use, such as by an administrator or a report.
        ///
        #[doc = $cost]
        ///
        /// ```
        /// # use singlet::{Client, Model, TTLAttribute};
        /// #[derive(Debug, Model)]
        /// #[model(table = "sessions")]
        /// struct Session {
        ///     #[model(hash_key)]
        ///     id: String,
        ///     #[model(ttl = "30m")]
        ///     expires_at: Option<TTLAttribute>,
        /// }
        ///
        /// # #[tokio::main(flavor = "current_thread")]
        /// # async fn main() -> singlet::Result<()> {
        /// # singlet::with_client(Client::embedded(), async {
        /// # Session::create_table().await?;
        /// # Session { id: "s-1".into(), expires_at: None }.save().await?;
        /// let session = Session::get("s-1").refresh_ttl(false).await?;
        /// assert!(session.is_some());
        /// # Ok(())
        /// # }).await
        /// # }
        /// ```
        pub fn refresh_ttl(mut self, refresh: bool) -> Self {
            self.$($call).+.refresh_ttl = Some(refresh);
            self
        }
    };
}
pub(crate) use refresh_options;
