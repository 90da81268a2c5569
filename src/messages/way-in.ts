/** Texts that tell how it got in and since when: sentences of the first screen, the section, the drawing, the screen. */
import type { incident } from './en/incident.ts';

type Words<K extends string> = Readonly<Record<K, string>>;

export type VectorId = keyof (typeof incident)['vectors'];
export type GradeId = keyof (typeof incident)['grades'];

/** What is known of a way in, beside how. `{account}`, `{from}` and `{time}` stay in the text: words of the target. */
export interface GotIn {
  readonly vector: VectorId;
  readonly account: boolean;
  /** Addresses of attackers. */
  readonly attackers: number;
  /** That of the first success: not known, known, or assumed in part. */
  readonly time: 'none' | 'certain' | 'about';
}

/** How far logs reach back: there are none, not as far as the first trace, or beyond it. */
export type LogReach = 'none' | 'later' | 'before';

export interface WayInTexts {
  /** One sentence that tells by its verb how sure it is. */
  readonly gotIn: Readonly<Record<GradeId, (way: GotIn) => string>>;
  /** Where no way in was found. `{horizon}` is when the oldest log begins. */
  readonly unknown: Words<LogReach>;
  /** `{from}` and `{to}`; `open` where nothing tells that it was not there before. */
  readonly began: Words<'between' | 'open'>;
  /** `{onset}` */
  readonly mined: Words<'certain' | 'uncertain'>;
  /** `{names}`: as many as are named; there are `more`. */
  readonly atRisk: (params: { more: number }) => string;
  /** Where no log was looked at. */
  readonly notLooked: string;

  /** What was looked at and is no door, by its id; an id without a text is the shape of a request. */
  readonly excluded: Readonly<Record<string, (params: { count: string }) => string>>;
  readonly shape: (params: { status: string; count: string }) => string;

  readonly headings: Words<'drawing' | 'excluded' | 'logs' | 'gaps' | 'missing' | 'chain' | 'neighbours'>;
  readonly labels: Words<
    | 'window'
    | 'firstFile'
    | 'onset'
    | 'appeared'
    | 'discovered'
    | 'handled'
    | 'attackers'
    | 'account'
    | 'firstSuccess'
    | 'time'
    | 'what'
    | 'from'
    | 'to'
    | 'evidence'
    | 'address'
    | 'zone'
    | 'because'
    | 'logs'
    | 'events'
    | 'wayIn'
  >;
  readonly between: (params: { from: string; to: string }) => string;
  readonly until: (params: { to: string }) => string;
  readonly bounds: (params: { from: string; to: string }) => string;
  readonly onsetBy: (params: { by: string; certain: boolean }) => string;
  readonly ungrounded: string;
  /** How long it went unseen; at least, where the infection may be older than the window's end. */
  readonly later: (params: { duration: string; least: boolean }) => string;
  readonly noSuccess: string;
  /** What a grade means, in plain words. */
  readonly gradeNote: Readonly<Record<GradeId, string>>;
  readonly excludedNote: string;
  readonly horizonNote: string;
  readonly gapsNote: string;
  readonly noGaps: string;
  readonly logsOf: (params: { count: number }) => string;
  readonly otherWays: (params: { count: number }) => string;
  readonly neighboursNote: string;
  /** Hosts whose names are hashed in known_hosts. */
  readonly hashedHosts: (params: { count: number }) => string;
  /** Behind a contradiction between the customer's word and the evidence. */
  readonly against: (params: { told: string; evidence: string }) => string;
  readonly hostsNote: string;
  readonly hostsLeft: (params: { count: number }) => string;
  readonly noWayIn: string;
  /** A host whose logs do not say its name. */
  readonly unnamed: string;
  readonly logCount: (params: { count: number }) => string;

  readonly drawing: {
    readonly title: (params: { host: string }) => string;
    readonly describe: (params: { moments: number; from: string; to: string }) => string;
    readonly table: (params: { moments: number }) => string;
    readonly moments: Words<
      'window-from' | 'window-to' | 'first-file' | 'onset' | 'appeared' | 'discovered' | 'handled' | 'scan'
    >;
    /** Behind the time of a moment that bounds the window. */
    readonly bound: Words<'from' | 'to' | 'both'>;
    readonly logBegins: (params: { letters: string; count: number }) => string;
    readonly gap: (params: { letter: string; what: string }) => string;
    readonly other: (params: { way: string; grade: string }) => string;
    readonly more: (params: { count: number }) => string;
    readonly legend: Words<'window' | 'mining' | 'log' | 'gap' | 'told' | 'uncertain'>;
    readonly scale: string;
  };

  readonly screen: {
    readonly labels: Words<'wayIn' | 'told' | 'risk' | 'family' | 'hosts'>;
    readonly unknown: Words<LogReach>;
    readonly notLooked: string;
    /** Each may be empty. */
    readonly who: (params: { account: string; from: string; more: number }) => string;
    readonly between: (params: { from: string; to: string }) => string;
    readonly until: (params: { to: string }) => string;
    readonly onset: (params: { time: string; certain: boolean }) => string;
    readonly missing: (params: { what: string; more: number }) => string;
    readonly times: Readonly<
      Record<'appeared' | 'discovered' | 'handled', (params: { time: string }) => string>
    >;
    readonly neighbours: (params: { names: string; more: number }) => string;
    /** Other hosts of the logs that were got into. */
    readonly hosts: (params: { names: string; more: number }) => string;
  };
}
