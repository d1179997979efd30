/** Traces of a shop, as its X-Ray SDKs would send them: the same ones each time, ending now. */

import { PutTraceSegmentsCommand } from "@aws-sdk/client-xray";
import type { Server } from "./server.ts";

interface Subsegment {
  id: string;
  name: string;
  start_time: number;
  end_time: number;
  [field: string]: unknown;
}

/** Numbers between 0 and 1 that follow from the seed. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const random = chance(20260701);

export function hex(digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
}

export function traceIdAt(seconds: number): string {
  return `1-${Math.floor(seconds).toString(16).padStart(8, "0")}-${hex(24)}`;
}

/** How a shop was once: how quick its payment was, measured by what it is now, and whether orders were queued. */
export interface Past {
  readonly payment: number;
  readonly isQueued: boolean;
}

const PRESENT: Past = { payment: 1, isQueued: true };

/** One checkout: the storefront asks the cart and the orders, those ask a table, the payment and a queue. */
function checkout(at: number, past: Past): { id: string; documents: object[] } {
  const id = traceIdAt(at);
  const pace = 0.6 + random() * random() * 6;
  const isFault = random() < 0.12;
  const isThrottled = !isFault && random() < 0.06;
  const cart = remote("cart.shop.internal", at + 0.004, 0.03 * pace);
  const orders = remote("orders.shop.internal", cart.end_time + 0.002, 0.22 * pace, status(isFault, isThrottled));
  const paying = 0.14 * pace * past.payment;
  const payment = remote("payment.shop.internal", orders.start_time + 0.01, paying, status(isFault, isThrottled));
  const queue = aws("SQS", payment.end_time + 0.002, 0.012 * pace, {
    operation: "SendMessage",
    queue_url: "https://sqs.us-east-1.amazonaws.com/000000000000/shop-orders",
  });
  const table = aws("DynamoDB", cart.start_time + 0.003, 0.012 * pace, {
    operation: "GetItem",
    table_name: "shop-carts",
  });
  const flags = { ...(isFault ? { fault: true } : {}), ...(isThrottled ? { error: true, throttle: true } : {}) };
  const user = { annotations: { customer: `customer-${Math.floor(random() * 9)}` }, user: "ada" };
  const root = {
    ...segment("storefront", id, at, orders.end_time - at + 0.004, undefined, [cart, orders]),
    http: { request: { method: "POST", url: "https://shop.example/checkout" }, response: status(isFault, isThrottled) },
  };
  return {
    id,
    documents: [
      { ...root, ...flags, ...user },
      segment("cart", id, cart.start_time + 0.001, 0.03 * pace - 0.002, cart.id, [table]),
      {
        ...segment(
          "orders",
          id,
          orders.start_time + 0.002,
          0.22 * pace - 0.004,
          orders.id,
          past.isQueued ? [payment, queue] : [payment],
        ),
        ...flags,
      },
      { ...segment("payment", id, payment.start_time + 0.002, paying - 0.004, payment.id, []), ...flags },
    ],
  };
}

function status(isFault: boolean, isThrottled: boolean): { status: number } {
  return { status: isFault ? 502 : isThrottled ? 429 : 200 };
}

function remote(host: string, start: number, length: number, response = { status: 200 }): Subsegment {
  return {
    id: hex(16),
    name: host,
    namespace: "remote",
    start_time: start,
    end_time: start + length,
    http: { request: { method: "POST", url: `http://${host}/` }, response },
    ...(response.status >= 500 ? { fault: true } : {}),
    ...(response.status === 429 ? { error: true, throttle: true } : {}),
  };
}

function aws(name: string, start: number, length: number, call: object): Subsegment {
  return { id: hex(16), name, namespace: "aws", start_time: start, end_time: start + length, aws: call };
}

function segment(
  name: string,
  trace: string,
  start: number,
  length: number,
  parent: string | undefined,
  subsegments: Subsegment[],
) {
  return {
    name,
    id: hex(16),
    trace_id: trace,
    start_time: start,
    end_time: start + length,
    ...(parent ? { parent_id: parent } : {}),
    subsegments,
  };
}

/** Sends traces over the last ten minutes; returns their ids, the oldest first. */
export function openShop(server: Server, traces = 240): Promise<string[]> {
  return trade(server, traces, Date.now() / 1000, PRESENT);
}

/** Sends traces over the ten minutes before another time, when the shop was not what it is. */
export function openPastShop(server: Server, until: Date, past: Past): Promise<string[]> {
  return trade(server, 240, until.getTime() / 1000, past);
}

async function trade(server: Server, traces: number, until: number, past: Past): Promise<string[]> {
  const made = Array.from({ length: traces }, (_, index) => checkout(until - 600 + (570 * index) / traces, past));
  await send(
    server,
    made.flatMap(({ documents }) => documents),
  );
  return made.map(({ id }) => id);
}

/** Sends a trace through so many services, each of which calls three others. */
export async function openCity(server: Server, services: number): Promise<void> {
  const at = Date.now() / 1000 - 60;
  const id = traceIdAt(at);
  const ids = Array.from({ length: services }, () => Array.from({ length: 3 }, () => hex(16)));
  const documents = ids.map((calls, index) => ({
    ...segment(
      `service-${index}`,
      id,
      at,
      1,
      index ? ids[Math.floor((index - 1) / 3)]?.[(index - 1) % 3] : undefined,
      [],
    ),
    subsegments: calls
      .filter((_, branch) => 3 * index + branch + 1 < services)
      .map((call, branch) => ({ ...remote(`service-${3 * index + branch + 1}`, at + 0.1, 0.5), id: call })),
  }));
  await send(server, documents);
}

async function send(server: Server, documents: readonly object[]): Promise<void> {
  for (let first = 0; first < documents.length; first += 200) {
    const batch = documents.slice(first, first + 200).map((document) => JSON.stringify(document));
    const { UnprocessedTraceSegments } = await server.xray.send(
      new PutTraceSegmentsCommand({ TraceSegmentDocuments: batch }),
    );
    if (UnprocessedTraceSegments?.length) throw new Error(JSON.stringify(UnprocessedTraceSegments));
  }
}
