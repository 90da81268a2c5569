/**
 * What a responder asks the customer for before anything is looked at: when it showed, when it was seen, when somebody
 * laid hands on it, and how the network is cut. Source: the manual, first part.
 * Units: microseconds UTC.
 */
import type { Printable } from './text.ts';

export interface Subnet {
  /** `192.0.2.0/24`, with the address of the network. */
  readonly subnet: string;
  /** `dmz`, `office`. */
  readonly zone: Printable;
  /** Zones or subnets that it can open connections to; `*` for all. */
  readonly reach: readonly Printable[];
}

export interface Told {
  /** The first sign: a slow host, an alert. */
  readonly appearedUs?: number;
  /** Somebody understood that it is a miner. */
  readonly discoveredUs?: number;
  /** Somebody began to change things. */
  readonly handledUs?: number;
  readonly network: readonly Subnet[];
}
