/** Texts of the summary of Windows event logs. Counts and times come written out. */
/** What does not fit in an event log; see `formats/evtx/problems.ts`. */
export type EventLogProblem =
  | 'head-broken'
  | 'head-checksum'
  | 'counts-differ'
  | 'chunk-checksum'
  | 'records-checksum'
  | 'chunk-broken'
  | 'chunk-cut'
  | 'record-broken'
  | 'record-unread'
  | 'values-cut'
  | 'too-much'
  | 'numbers-missing'
  | 'numbers-again';

export const namedEvents = [
  ...[
    '4624',
    '4625',
    '4634',
    '4647',
    '4648',
    '4672',
    '4673',
    '4688',
    '4689',
    '4697',
    '4698',
    '4699',
    '4700',
    '4701',
  ],
  ...[
    '4702',
    '4704',
    '4719',
    '4720',
    '4722',
    '4723',
    '4724',
    '4725',
    '4726',
    '4728',
    '4732',
    '4733',
    '4738',
    '4740',
  ],
  ...[
    '4756',
    '4776',
    '4778',
    '4779',
    '4781',
    '4946',
    '5140',
    '5145',
    '5156',
    '5157',
    '1100',
    '1102',
    '4616',
    '4663',
  ],
  ...['S104', 'S1001', 'S6005', 'S6006', 'S6008', 'S7031', 'S7034', 'S7036', 'S7040', 'S7045'],
  ...[
    'T106',
    'T129',
    'T140',
    'T141',
    'T200',
    'T201',
    'P4103',
    'P4104',
    'L21',
    'L22',
    'L23',
    'L24',
    'L25',
    'R1149',
  ],
  ...['D1006', 'D1116', 'D1117', 'D5001', 'D5007', 'W5857', 'W5858', 'W5860', 'W5861', 'B59', 'B60'],
  ...['Y1', 'Y2', 'Y3', 'Y5', 'Y6', 'Y7', 'Y8', 'Y10', 'Y11', 'Y12', 'Y13', 'Y17', 'Y18', 'Y22', 'Y23'],
] as const;
/** Letter of the channel, none for Security, and the number of the event. */
export type NamedEvent = (typeof namedEvents)[number];

export interface EventLogTexts {
  readonly title: string;
  readonly kind: string;
  readonly head: (params: { files: string; size: string; events: string }) => string;
  readonly span: (params: { from: string; to: string }) => string;
  readonly utc: string;
  readonly where: (params: { expression: string }) => string;
  readonly noFiles: string;
  readonly noEvents: string;
  readonly headings: Readonly<Record<'files' | 'hosts' | 'logons' | 'kinds', string>>;
  readonly columns: Readonly<
    Record<
      | 'count'
      | 'first'
      | 'last'
      | 'computer'
      | 'event'
      | 'channel'
      | 'provider'
      | 'outcome'
      | 'user'
      | 'from'
      | 'file'
      | 'records'
      | 'marks',
      string
    >
  >;
  readonly outcomes: Readonly<Record<'success' | 'failure' | 'session' | 'reached', string>>;
  /** By the number of the type. */
  readonly types: Readonly<Record<string, string>>;
  readonly typed: (params: { outcome: string; type: string }) => string;
  readonly nobody: string;
  readonly nowhere: string;
  readonly on: (params: { computer: string }) => string;
  readonly fromWhere: (params: { from: string }) => string;
  readonly more: (params: { count: string }) => string;
  readonly leftOut: (params: { count: string }) => string;
  readonly soundFiles: (params: { count: string }) => string;
  readonly marks: {
    readonly foreign: string;
    readonly unread: (params: { reason: string }) => string;
    readonly dirty: string;
    readonly carved: Readonly<Record<'free' | 'hidden' | 'stray', (params: { count: string }) => string>>;
    readonly problems: Readonly<Record<EventLogProblem, (params: { count: string }) => string>>;
    readonly gap: (params: { after: string; before: string }) => string;
  };
  /** What events are, by the letter of their channel and their number. */
  readonly events: Readonly<Record<NamedEvent, string>>;
  readonly madeBy: (params: { version: string }) => string;
}
