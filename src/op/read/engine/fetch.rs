use crate::op::engine::context::RequestFacts;
use crate::splice::ItemSink;

/// What one request gave.
pub(crate) struct Fetched {
    pub(crate) sink: Option<Box<dyn ItemSink>>,
    /// How many items fulfilled the filter, whatever they are.
    pub(crate) matched: usize,
    pub(crate) sent: RequestFacts,
}

impl Fetched {
    /// How many items it counts.
    pub(crate) fn count(&self) -> usize {
        self.sink.as_ref().map_or(self.matched, |sink| sink.count())
    }
}

/// Sends one request and reads its items into the sink: what it [gave](Fetched), and the SDK's output.
///
/// The outputs of queries, scans and statements have no type in common; `$matched` names the
/// method that counts the items of one, where there is one.
macro_rules! request {
    ($call:expr, $codec:expr, $builder:expr, $sink:expr, $($matched:ident)?) => {{
        use aws_sdk_dynamodb::operation::RequestId as _;

        let (call, watch, mut sink) = ($call, $call.watch(), $sink);
        let before = sink.as_ref().map_or(0, |sink| sink.count());
        let splice = match sink.take() {
            Some(sink) => $crate::splice::Splice::new($codec).items("Items", sink),
            None => $crate::splice::Splice::new($codec),
        };
        let (splice, interceptor) = splice.interceptor(watch.attempts());
        let request = $builder.customize().interceptor(interceptor).send();
        let outcome = tracing::Instrument::instrument(request, watch.span()).await;
        let mut sent = watch.sent();
        let fail = $crate::op::engine::failure::from_sdk;
        let output = $crate::op::engine::failure::outcome(call, &watch, &sent, outcome, fail)?;
        sent.note(output.consumed_capacity(), output.request_id());
        let matched = 0 $(+ usize::try_from(output.$matched()).unwrap_or_default())?;
        let mut sink = splice.take_sink();
        let items = output.items().iter();
        let read = sink.as_deref_mut().map_or(Ok(()), |sink| $crate::op::engine::future::fill(call, sink, items));
        sent.items = sink.as_ref().map_or(matched, |sink| sink.count() - before);
        call.observe_skipped(sink.as_ref().map_or(&[], |sink| sink.skipped()));
        call.observe(&watch, &sent, read.as_ref().err().map($crate::Error::kind));
        read?;
        if let Some(sink) = sink.as_deref_mut() {
            sink.commit();
        }
        ($crate::op::read::engine::Fetched { sink, matched, sent }, output)
    }};
}
pub(crate) use request;
