/** A scheduled task of Windows as its three stores tell of it: XML files, .job files, and the registry's TaskCache. */

export type TaskAction =
  | {
      readonly kind: 'run';
      readonly command: string;
      readonly arguments: string;
      readonly folder: string;
    }
  /** A class of COM; `data` is handed to it. */
  | { readonly kind: 'class'; readonly classId: string; readonly data: string }
  | { readonly kind: 'mail'; readonly to: string; readonly subject: string }
  | { readonly kind: 'message'; readonly title: string; readonly body: string }
  /** One that is not known: the name of its element, or its number in hexadecimal. */
  | { readonly kind: 'other'; readonly name: string };

export type TriggerKind =
  | 'boot'
  | 'logon'
  | 'time'
  | 'calendar'
  | 'event'
  | 'idle'
  | 'registration'
  | 'session'
  | 'state'
  | 'other';

export interface TaskTrigger {
  readonly kind: TriggerKind;
  readonly enabled: boolean;
  /** From when on, as ISO 8601: local time where it ends without a zone. */
  readonly start: string | undefined;
  readonly end: string | undefined;
  /** Seconds between repetitions; 0 without any. */
  readonly everySeconds: number;
  readonly delaySeconds: number;
  /** Whose logon or session; a name or a SID. */
  readonly user: string | undefined;
  /** The query of an event, the change of a session, the days of a calendar. */
  readonly detail: string | undefined;
}

export interface TaskPrincipal {
  readonly id: string | undefined;
  /** A name or a SID. */
  readonly user: string | undefined;
  readonly group: string | undefined;
  readonly logonType: string | undefined;
  /** `HighestAvailable` for all rights of the user. */
  readonly runLevel: string | undefined;
}
