//! The first two programs. Each stored customers in a schema of its own.

/// A customer has one address, and a name in two parts.
pub mod first {
    use singlet::{Model, Result};

    use super::super::shop::{Address, Shop};

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "CUSTOMER")]
    #[model(index(gsi1, hash_key = "CUSTOMER#{id}", range_key = "PROFILE"))]
    pub struct Customer {
        pub id: String,
        #[model(unique)]
        pub email: String,
        pub first_name: String,
        pub last_name: String,
        pub address: Option<Address>,
    }

    pub async fn register(id: &str, email: &str, name: (&str, &str), address: Option<Address>) -> Result<()> {
        let mut customer = Customer::builder().id(id).email(email).first_name(name.0).last_name(name.1).build();
        customer.address = address;
        customer.create().await
    }
}

/// A customer has addresses by label. The name still has two parts.
pub mod second {
    use std::collections::HashMap;

    use singlet::{Model, Result};

    use super::super::shop::{Address, Shop, to_addresses};

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "CUSTOMER", schema = 2, upgrade(to_addresses))]
    #[model(index(gsi1, hash_key = "CUSTOMER#{id}", range_key = "PROFILE"))]
    pub struct Customer {
        pub id: String,
        #[model(unique)]
        pub email: String,
        pub first_name: String,
        pub last_name: String,
        #[model(default)]
        pub addresses: HashMap<String, Address>,
    }

    pub async fn register(id: &str, email: &str, name: (&str, &str)) -> Result<()> {
        let customer = Customer::builder().id(id).email(email).first_name(name.0).last_name(name.1);
        customer.build().create().await
    }
}
