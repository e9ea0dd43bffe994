// Port sets in words.

import type { Ports } from "../engine/shapes";

/** `all ports`, `TCP 5432, 8000-8080`, `TCP 53, UDP 53`; empty where there are none. */
export function told(ports: Ports): string {
  if (ports === "all") return "all ports";
  return protocols(ports).map(([protocol, list]) => `${protocol} ${list.map(short).join(", ")}`).join(", ");
}

/** The shortest form, for a label: TCP goes without saying. */
export function label(ports: Ports): string {
  if (ports === "all") return "all";
  const parts = protocols(ports).map(([protocol, list]) => {
    const shown = list.length > 3 ? [...list.slice(0, 2), `+${list.length - 2}`] : list;
    const text = shown.map(short).join(", ");
    return protocol === "TCP" ? text : `${protocol.toLowerCase()} ${text}`;
  });
  // The same ports over UDP and TCP, as for DNS, are told once.
  const [tcp, udp] = [ports.TCP?.join(), ports.UDP?.join()];
  if (tcp && tcp === udp && !ports.SCTP) return `${(ports.TCP ?? []).map(short).join(", ")} tcp udp`;
  return parts.join(", ");
}

export function isNone(ports: Ports): boolean {
  return ports !== "all" && protocols(ports).length === 0;
}

function short(range: string): string {
  return range === "1-65535" || range === "0-65535" ? "any port" : range.replace("-", "–");
}

function protocols(ports: Exclude<Ports, "all">): [string, string[]][] {
  return Object.entries(ports).filter((entry): entry is [string, string[]] => Array.isArray(entry[1]) && entry[1].length > 0);
}
