/**
 * The case: everything a scan read, judged and did, in one file that later commands build on.
 *
 * One port, so that a team can keep cases in another database; SQLite is the implementation that ships.
 * Facts are stored whole as JSON beside the columns that queries need.
 */
import type { Fact, FactKind } from '../model/fact.ts';
import type { ScanResult } from '../model/result.ts';
import type { HostAnalyses } from '../model/result-incident.ts';
import type { SourceRecord } from '../model/source.ts';
import type { SourceGroup } from '../model/source-log.ts';
import type { Told } from '../model/told.ts';
import type { EventStore } from './event-store.ts';

/** Version of the tables. A store of a newer version is refused, of an older one migrated. */
export const storeVersion = 6;

/** `scan` found the incident; `verify` looked again after a removal. */
export type ScanPurpose = 'scan' | 'verify';

export interface ScanRecord {
  readonly result: ScanResult;
  /** Read once, before the result is written. */
  readonly facts: Iterable<Fact>;
  readonly groups: readonly SourceGroup[];
  readonly incomplete: readonly SourceRecord[];
  /** `scan` where nothing is said. */
  readonly purpose?: ScanPurpose;
  /** What logs that come later are set beside, as JSON; masked as the rest. */
  readonly scene?: unknown;
  /** Called now and then while texts are written, so that those that were written can be cleared away. */
  readonly breathe?: () => void;
}

export interface StoredScan {
  readonly id: number;
  /** RFC 3339, UTC. */
  readonly started: string;
  readonly verdict: ScanResult['verdict'];
  readonly purpose: ScanPurpose;
}

export interface CaseStore {
  /** Stores a scan in one transaction and returns its number within the case. */
  saveScan(record: ScanRecord): number;
  scans(): readonly StoredScan[];
  /** The published result of a scan, as it was. */
  result(scan: number): ScanResult | undefined;
  /** The same as the text that was stored: what a statement names by its hash. */
  resultText(scan: number): string | undefined;
  /** What was given with a scan as its scene; undefined where nothing was. */
  scene(scan: number): unknown;
  /** Facts of one kind, in the order they were gathered. */
  facts(scan: number, kind: FactKind): readonly Fact[];
  /** Logs and what they say. */
  readonly events: EventStore;
  /** What the customer told; empty where nothing was. */
  told(): Told;
  saveTold(told: Told): void;
  /** What was concluded of the hosts whose logs were added; undefined where none were. */
  hostAnalyses(): HostAnalyses | undefined;
  saveHostAnalyses(analyses: HostAnalyses): void;
  close(): void;
}

/** The scan that the incident is told from: what looked again later is set beside it, not in its place. */
export const incidentScan = (store: Pick<CaseStore, 'scans'>): StoredScan | undefined =>
  store.scans().findLast(({ purpose }) => purpose === 'scan');

/** The newest look that found something, or else the scan of the incident: what stands against the host now. */
export const openScan = (store: Pick<CaseStore, 'scans'>): StoredScan | undefined =>
  store.scans().findLast(({ purpose, verdict }) => purpose === 'scan' || verdict !== 'clean');
