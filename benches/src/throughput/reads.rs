//! The reads: a query page by page, a scan in segments, and a batch of keys.

use std::collections::HashMap;
use std::pin::pin;
use std::time::Duration;

use aws_sdk_dynamodb::Client as Sdk;
use aws_sdk_dynamodb::operation::scan::builders::ScanFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use futures_util::stream::{self, StreamExt as _};
use singlet::{ItemStream, Model as _};

use super::service::{CUSTOMER, key};
use super::{AT_ONCE, Case, DELAY, OPTION, PAGE};
use crate::order::{self, Order, TABLE};
use crate::peers::by_modyne::Shop;
use crate::peers::{Item, by_facade, by_hand};
use crate::{BY_HAND, FACADE, MODYNE, SINGLET};

const IS_ORDER: &str = "the items are orders";

/// How many requests are sent at once with the option.
const SEGMENTS: u32 = 4;
const CONCURRENCY: usize = 16;

/// The number of keys that a request can have.
const KEYS: u32 = 100;

pub(super) fn query() -> Case {
    pages(Duration::ZERO)
}

pub(super) fn query_with_work() -> Case {
    pages(DELAY)
}

/// A query by a program that works for some time on the items of each page.
fn pages(time: Duration) -> Case {
    Case::of(20 * PAGE)
        .reading(SINGLET, 1, async move |client| read(Order::query(CUSTOMER).client(client).stream(), time).await)
        .reading(OPTION, 1, async move |client| {
            read(Order::query(CUSTOMER).client(client).stream().prefetch(), time).await
        })
        .reading(BY_HAND, 1, async move |client| {
            let query = client.sdk().query().table_name(TABLE).key_condition_expression("#h = :h");
            let query = query.expression_attribute_names("#h", "pk");
            let query = query.expression_attribute_values(":h", AttributeValue::S(order::hash(CUSTOMER)));
            let (mut pages, mut orders) = (query.into_paginator().send(), Vec::new());
            while let Some(page) = pages.next().await {
                orders.extend(by_hand_all(page.expect("a page").items.unwrap_or_default()));
                work(time).await;
            }
            orders
        })
        .reading(MODYNE, 1, async move |client| {
            let (shop, mut orders, mut start) = (Shop(client.sdk().clone()), Vec::new(), None);
            loop {
                start = shop.page(CUSTOMER, start, &mut orders).await;
                work(time).await;
                if start.is_none() {
                    return orders;
                }
            }
        })
        .reading(FACADE, 1, async move |client| {
            let (mut pages, mut orders) = (pin!(by_facade::pages(client.sdk(), CUSTOMER)), Vec::new());
            while let Some(page) = pages.next().await {
                orders.extend(page.expect("a page"));
                work(time).await;
            }
            orders
        })
}

async fn read(mut stream: ItemStream<Order>, time: Duration) -> Vec<Order> {
    let mut orders = Vec::new();
    while let Some(order) = stream.next().await {
        orders.push(order.expect(IS_ORDER));
        if orders.len().is_multiple_of(PAGE as usize) {
            work(time).await;
        }
    }
    orders
}

/// Something that the program waits for, such as a request to another service.
async fn work(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

fn by_hand_all(items: Vec<Item>) -> impl Iterator<Item = Order> {
    items.into_iter().map(|item| by_hand::read(item).expect(IS_ORDER))
}

pub(super) fn scan() -> Case {
    Case::of(20 * PAGE)
        .in_any_order()
        .reading(SINGLET, 1, async |client| read(Order::scan().client(client).stream(), Duration::ZERO).await)
        .reading(OPTION, SEGMENTS as usize, async |client| {
            read(Order::scan().segments(SEGMENTS).client(client).stream(), Duration::ZERO).await
        })
        .reading(BY_HAND, 1, async |client| scanned(entity(client.sdk())).await)
        .reading(AT_ONCE, SEGMENTS as usize, async |client| {
            let segments = 0..i32::try_from(SEGMENTS).expect("it is small");
            let scan = |segment| entity(client.sdk()).segment(segment).total_segments(segments.end);
            let segments = stream::iter(segments.clone()).map(|segment| scanned(scan(segment)));
            segments.buffer_unordered(SEGMENTS as usize).concat().await
        })
        .reading(MODYNE, 1, async |client| Shop(client.sdk().clone()).scan().await)
        .reading(FACADE, 1, async |client| by_facade::scan(client.sdk()).await)
}

/// A scan of the orders.
fn entity(sdk: &Sdk) -> ScanFluentBuilder {
    let scan = sdk.scan().table_name(TABLE).filter_expression("#t = :t");
    let scan = scan.expression_attribute_names("#t", order::ENTITY.0);
    scan.expression_attribute_values(":t", AttributeValue::S(order::ENTITY.1.to_owned()))
}

async fn scanned(scan: ScanFluentBuilder) -> Vec<Order> {
    let (mut pages, mut orders) = (scan.into_paginator().send(), Vec::new());
    while let Some(page) = pages.next().await {
        orders.extend(by_hand_all(page.expect("a page").items.unwrap_or_default()));
    }
    orders
}

pub(super) fn batch_get() -> Case {
    const COUNT: u32 = 4_000;
    let get = async |sdk: &Sdk, at_once: usize| {
        let chunks = stream::iter((0..COUNT).step_by(KEYS as usize)).map(|first| got(sdk, first));
        let mut by_number: HashMap<u32, Order> = HashMap::with_capacity(COUNT as usize);
        let mut responses = chunks.buffer_unordered(at_once);
        while let Some(items) = responses.next().await {
            by_number.extend(by_hand_all(items).map(|order| (order.number, order)));
        }
        (0..COUNT).filter_map(|index| by_number.remove(&key(index).1)).collect()
    };
    Case::of(COUNT)
        .reading(SINGLET, 4, async |client| {
            let get = Order::batch_get((0..COUNT).map(key)).client(client);
            get.await.expect(IS_ORDER).into_iter().flatten().collect()
        })
        .reading(OPTION, CONCURRENCY, async |client| {
            let get = Order::batch_get((0..COUNT).map(key)).concurrency(CONCURRENCY).client(client);
            get.await.expect(IS_ORDER).into_iter().flatten().collect()
        })
        .reading(BY_HAND, 1, async move |client| get(client.sdk(), 1).await)
        .reading(AT_ONCE, CONCURRENCY, async move |client| get(client.sdk(), CONCURRENCY).await)
        .reading(MODYNE, 1, async |client| {
            let (shop, mut orders) = (Shop(client.sdk().clone()), Vec::new());
            for first in (0..COUNT).step_by(KEYS as usize) {
                orders.extend(shop.batch_get((first..first + KEYS).map(key)).await);
            }
            orders
        })
}

/// The items of one request.
async fn got(sdk: &Sdk, first: u32) -> Vec<Item> {
    let keys = (first..first + KEYS).map(|index| by_hand::key(CUSTOMER, key(index).1)).collect();
    let keys = KeysAndAttributes::builder().set_keys(Some(keys)).build().expect("the keys");
    let output = sdk.batch_get_item().request_items(TABLE, keys).send().await.expect("the items");
    assert!(output.unprocessed_keys.is_none_or(|keys| keys.is_empty()), "a program would request them again");
    output.responses.unwrap_or_default().into_values().next().unwrap_or_default()
}
