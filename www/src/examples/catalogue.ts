// The examples, by topic, each with one task for the reader.

import denyPrinted from "../../../policies/guide/default-deny.as-printed.yaml?raw";
import deny from "../../../policies/guide/default-deny.yaml?raw";
import metadataPrinted from "../../../policies/guide/restrict-metadata-service.as-printed.yaml?raw";
import metadata from "../../../policies/guide/restrict-metadata-service.yaml?raw";
import betweenPrinted from "../../../policies/guide/allow-inter-namespace-communication.as-printed.yaml?raw";
import between from "../../../policies/guide/allow-inter-namespace-communication.yaml?raw";
import crossNamespace from "./gotchas/cross-namespace.yaml?raw";
import bothSides from "./gotchas/both-sides.yaml?raw";
import dns from "./gotchas/dns.yaml?raw";
import extraDash from "./gotchas/extra-dash.yaml?raw";
import emptySelectors from "./gotchas/empty-selectors.yaml?raw";
import defaultDeny from "./recipes/default-deny.yaml?raw";
import allowDns from "./recipes/allow-dns.yaml?raw";
import fromNamespace from "./recipes/from-namespace.yaml?raw";
import guardMetadata from "./recipes/guard-metadata.yaml?raw";
import webAndDatabase from "./recipes/web-and-database.yaml?raw";
import fromOutside from "./recipes/from-outside.yaml?raw";
import shopPolicies from "./shop/policies.yaml?raw";
import shopWorkloads from "./shop/workloads.yaml?raw";
import type { File } from "../state/files";
import type { Question } from "../state/question";
import type { Pane } from "../state/view";
import { large } from "./large";

export interface Example {
  readonly id: string;
  readonly title: string;
  /** What the reader shall find out, in one sentence. */
  readonly task: string;
  readonly files: () => File[];
  readonly question?: Question;
  readonly pane?: Pane;
}

const one = (name: string, text: string) => () => [{ name, text }];
const ask = (from: string, to: string, port: string): Question => ({ from, to, port, protocol: "TCP" });

export const GROUPS: readonly { title: string; examples: readonly Example[] }[] = [
  {
    title: "An application",
    examples: [
      {
        id: "shop",
        title: "A shop with twelve workloads",
        task: "Find out why the cart cannot reach the cache, and open exactly that.",
        files: () => [{ name: "policies.yaml", text: shopPolicies }, { name: "workloads.yaml", text: shopWorkloads }],
        question: ask("shop/cart", "data/cache", "6379"),
      },
      {
        id: "large",
        title: "A large cluster",
        task: "Find your way among 300 workloads and 150 policies: open one namespace on the map.",
        files: large,
      },
    ],
  },
  {
    title: "Five gotchas",
    examples: [
      {
        id: "cross-namespace",
        title: "Another namespace",
        task: "Let the reporter in metrics reach the API, and see why it cannot now.",
        files: one("allow-reporters.yaml", crossNamespace),
        question: ask("metrics/reporter", "backend/api", "9090"),
      },
      {
        id: "both-sides",
        title: "Two policies must agree",
        task: "The database lets the API in: find out what still stops the connection.",
        files: one("orders.yaml", bothSides),
        question: ask("orders/api", "orders/database", "5432"),
      },
      { id: "dns", title: "Names stop resolving", task: "Give these pods their DNS back without opening anything else.", files: one("only-to-storage.yaml", dns) },
      { id: "extra-dash", title: "One dash too many", task: "Remove one character, and watch who may reach the web pods.", files: one("from-the-edge.yaml", extraDash) },
      { id: "empty-selectors", title: "Empty is not empty", task: "Tell which of three empty fields opens a door to the whole cluster.", files: one("ledger.yaml", emptySelectors) },
    ],
  },
  {
    title: "Recipes to start from",
    examples: [
      { id: "default-deny", title: "Deny by default", task: "Close a namespace in both directions, then see what that breaks.", files: one("default-deny.yaml", defaultDeny) },
      { id: "allow-dns", title: "Allow DNS", task: "Let every pod resolve names, over UDP and TCP.", files: one("allow-dns.yaml", allowDns) },
      { id: "from-namespace", title: "Allow from a namespace", task: "Let one workload of another namespace in, on one port.", files: one("allow-scraping.yaml", fromNamespace) },
      { id: "web-and-database", title: "Only web to database", task: "Close a database to all but its one client.", files: one("database-from-web.yaml", webAndDatabase) },
      { id: "from-outside", title: "Allow from outside", task: "Let an office network in, except for its guests.", files: one("office-to-gateway.yaml", fromOutside) },
      { id: "guard-metadata", title: "Guard the metadata service", task: "Let pods out to the internet, but not to the cloud's credentials.", files: one("guard-metadata.yaml", guardMetadata) },
    ],
  },
  {
    title: "A guide's policies",
    examples: [
      {
        id: "guide-printed",
        title: "As printed on the page",
        task: "The indentation was lost on the way: repair all three with the fix that is offered.",
        files: () => [
          { name: "default-deny.yaml", text: denyPrinted },
          { name: "restrict-metadata-service.yaml", text: metadataPrinted },
          { name: "allow-inter-namespace-communication.yaml", text: betweenPrinted },
        ],
      },
      { id: "guide-deny", title: "Default deny, as meant", task: "Which direction stays wide open?", files: one("default-deny.yaml", deny) },
      { id: "guide-metadata", title: "Restrict the metadata service, as meant", task: "See that this policy does the opposite of its name.", files: one("restrict-metadata-service.yaml", metadata) },
      { id: "guide-between", title: "Between namespaces, as meant", task: "The text promised specific pods: which pods does it open, and on which ports?", files: one("allow-inter-namespace-communication.yaml", between) },
      {
        id: "guide-together",
        title: "All three together",
        task: "Policies add up: see what is left of the default deny.",
        files: () => [
          { name: "default-deny.yaml", text: deny },
          { name: "restrict-metadata-service.yaml", text: metadata },
          { name: "allow-inter-namespace-communication.yaml", text: between },
        ],
      },
    ],
  },
];

export const EXAMPLES: readonly Example[] = GROUPS.flatMap((group) => group.examples);
