/** Facts about sockets and packet rules. */
import type { SourceRef } from '../source.ts';
import type { PathText, Printable } from '../text.ts';

export type Transport =
  | 'tcp'
  | 'tcp6'
  | 'udp'
  | 'udp6'
  | 'raw'
  | 'raw6'
  | 'packet'
  | 'unix'
  | 'icmp'
  | 'icmp6'
  | 'udplite'
  | 'udplite6';

/** TCP states of include/net/tcp_states.h, in words. */
export type SocketState =
  | 'established'
  | 'syn-sent'
  | 'syn-recv'
  | 'fin-wait-1'
  | 'fin-wait-2'
  | 'time-wait'
  | 'close'
  | 'close-wait'
  | 'last-ack'
  | 'listen'
  | 'closing'
  | 'unconnected';

export interface Endpoint {
  /** Text form of RFC 5952; IPv4-mapped IPv6 is shown as IPv4. Empty for sockets without addresses. */
  readonly address: string;
  readonly port: number;
}

/** Views that list sockets. */
export type SocketView = 'proc' | 'netlink' | 'descriptor';

export interface SocketFact {
  readonly kind: 'socket';
  readonly source: SourceRef;
  readonly transport: Transport;
  readonly state: SocketState;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly inode: number;
  readonly uid: number;
  /** Network namespace inode it was seen in. */
  readonly namespace: number;
  /** Processes that hold a descriptor of it. */
  readonly owners: readonly number[];
  readonly seenBy: readonly SocketView[];
  /**
   * Views that left it out twice while another view showed it before and after: no timing explains that.
   * Only `proc` and `netlink`; a socket without a descriptor is normal (kernel sockets, descriptors in flight).
   */
  readonly missingFrom?: readonly SocketView[];
  /** From tcp_info, where netlink gave it. Bytes, segments, milliseconds. */
  readonly traffic?: SocketTraffic;
  /** unix: name in the file system or `@abstract`. */
  readonly path?: PathText;
  /** Line of the kernel's own table, for evidence. */
  readonly text: Printable;
}

export interface SocketTraffic {
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly segmentsOut: number;
  readonly segmentsIn: number;
  readonly dataSegmentsOut: number;
  readonly dataSegmentsIn: number;
  /** Milliseconds since data was last sent and received. */
  readonly lastSentMs: number;
  readonly lastReceivedMs: number;
  readonly rttUs: number;
}

/** A rule or process that carries traffic from one place to another. */
export interface ForwardFact {
  readonly kind: 'forward';
  readonly source: SourceRef;
  readonly mechanism: 'nftables' | 'iptables' | 'relay';
  readonly family: 'ip' | 'ip6' | 'inet';
  readonly action: 'dnat' | 'redirect' | 'snat' | 'masquerade' | 'tproxy' | 'relay';
  /** Port the traffic comes in at, 0 for any. */
  readonly fromPort: number;
  readonly toAddress: string;
  readonly toPort: number;
  /** Table and chain, or relay process. */
  readonly where: Printable;
  readonly pid?: number;
  readonly text: Printable;
}

/** An entry of /etc/hosts. */
/** A host that an account has logged in to. Neither name nor address where it is hashed and could not be told. */
export interface KnownHostFact {
  readonly kind: 'known-host';
  readonly source: SourceRef;
  readonly account: Printable;
  readonly name?: Printable;
  readonly address?: string;
}

export interface HostsEntryFact {
  readonly kind: 'hosts-entry';
  readonly source: SourceRef;
  readonly address: string;
  readonly names: readonly string[];
  readonly text: Printable;
}
