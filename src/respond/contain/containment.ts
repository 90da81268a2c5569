/**
 * What is cut off, as data: everybody's input, whether it is set in this kernel or printed for other equipment.
 *
 * Addresses are canonical text (RFC 5952), names are lower case without a final dot. `containmentTargets` makes sure.
 */

/** One TCP connection as this host sees it. */
export interface KeptConnection {
  readonly local: { readonly address: string; readonly port: number };
  readonly remote: { readonly address: string; readonly port: number };
}

export interface BlockTargets {
  readonly addresses: readonly string[];
  readonly names: readonly string[];
}

export type Containment =
  | ({ readonly mode: 'block' } & BlockTargets)
  | {
      readonly mode: 'isolate';
      /** Connections of the responder, which stay. */
      readonly keep: readonly KeptConnection[];
      /** Addresses of the responder, from and to which everything passes. */
      readonly allow: readonly string[];
    };

export const isIpv6 = (address: string): boolean => address.includes(':');

/** After which the kernel lifts it by itself, where nothing is asked for. */
export const usualSeconds = 15 * 60;
