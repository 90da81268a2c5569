/**
 * Families: what is known of a gang, a tool that many gangs use, or a way in that many gangs took, and what tells it.
 *
 * Written by people in packs/families/*.yaml, one file each; `npm run families` checks them and makes
 * packs/families.json, which the program holds, and docs/families.md. Names in it are leads, never proof: they are
 * shared, copied, and planted as decoys.
 */

/** What an indicator is, and so where it may be met. */
export const indicatorKinds = [
  /** Absolute; what lies below it counts too. */
  'file-path',
  /** Last component of a path, whole. */
  'file-name',
  /** Any component of a path, whole. */
  'folder',
  /** At that path, of one byte or locked: planted to keep rivals out. */
  'decoy-file',
  'process-name',
  /** Parts in their order, `…` between them: `5 6 * * 0 … /a/upd`. */
  'cron-line',
  'ssh-key-comment',
  'account',
  'environment',
  'image',
  'host',
  'url-path',
  'user-agent',
  'port',
  'wallet-prefix',
  'log-line',
  'script-comment',
  /** In a program, a script or a setting. */
  'string',
  'mutex',
  'service',
  'task',
  'wmi',
] as const;
export type IndicatorKind = (typeof indicatorKinds)[number];

/**
 * One row of a profile.
 * - `weight` 3 is of this family alone and decides by itself, 2 is typical, 1 only adds
 * - `unconfirmed` no source was read for it: never 3
 * - `shared` others use it too, honest programs or other gangs: never decides
 * - `mark` so strange a name that an entry which uses it is malware, whoever's it is
 * - `ordinary` honest software has it too in the folders of packages
 */
export interface FamilyIndicator {
  readonly value: string;
  readonly weight: number;
  /** Key of the profile's `sources`. */
  readonly source: string;
  readonly unconfirmed?: boolean | undefined;
  readonly shared?: boolean | undefined;
  readonly mark?: boolean | undefined;
  readonly ordinary?: boolean | undefined;
}

/** A profile as the program holds it. */
export interface FamilyProfile {
  /** Stable, `kinsing`. */
  readonly id: string;
  /**
   * - `family` somebody · `campaign` many who took one way in
   * - `tool` what anybody may use: named where it is met, never as who did it
   */
  readonly class: string;
  readonly name: { readonly en: string; readonly 'zh-CN': string };
  readonly platforms: readonly string[];
  readonly sources: Readonly<Record<string, string | undefined>>;
  readonly indicators: { readonly [K in IndicatorKind]?: readonly FamilyIndicator[] | undefined };
}
