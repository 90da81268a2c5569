/** Words of an incident that everybody speaks: ways in, their grades, what carries them and what is missing. */

import { logDoubts } from './facts/log.ts';

/** Ways into a Windows host that no other has. */
export const windowsVectors = [
  'rdp-brute-force',
  'smb-brute-force',
  'mssql-brute-force',
  /** With a password that nobody guessed here. */
  'windows-logon',
  /** A flaw of file sharing or the print spooler: EternalBlue, PrintNightmare. */
  'smb-exploit',
  /** A document, an attachment or a file of a messenger that was opened. */
  'phishing',
  /** A program that a user downloaded and started. */
  'user-download',
] as const;

/** Stable ids of ways in. */
export const vectors = [
  'ssh-brute-force',
  'ssh-key',
  'redis-cron',
  'redis-key',
  'redis-replication',
  'redis-lua',
  'docker-api',
  'kubelet',
  'web-exploit',
  'web-shell',
  'database-exec',
  'scheduler',
  'broker',
  'supply-chain',
  'lateral',
  ...windowsVectors,
] as const;
export type Vector = (typeof vectors)[number];

export const grades = ['confirmed', 'probable', 'possible'] as const;
export type Grade = (typeof grades)[number];

/** What a line of the chain shows. */
export const chainSteps = [
  'attempt',
  'success',
  'file',
  'persistence',
  'miner',
  'command',
  'account',
] as const;
export type ChainStepKind = (typeof chainSteps)[number];

/** Why a grade is no higher. */
export const missings = [
  'no-success-logged',
  'no-file-within-minutes',
  'owner-differs',
  'no-inode-times',
  'time-uncertain',
  'shape-unverified',
  'log-begins-later',
  /** The log should tell of it and does not, where another one does. */
  'log-wiped',
  /** Traces of the attacker are older than the success: he was in before. */
  'traces-before',
  /** The log has less than a day before it: who comes here usually is not known. */
  'history-short',
  /** Nobody guessed before it: a stolen password, or its owner at a new place. */
  'no-guesses',
  /** Nothing shows that a service or task was made over the network (5140, 5145). */
  'no-share-logged',
  /** No log tells of the exploit itself: only of what came out of it. */
  'exploit-not-logged',
  /** No mark shows that it came from outside: its folder says so, or that it was started at the desktop. */
  'origin-not-marked',
  /** Nothing is wrong with the command itself: its time alone speaks against it. */
  'ordinary-command',
  /** Whoever came is not told: a relay (Docker's proxy, a tunnel) stands for him, or the log has no address. */
  'address-hidden',
  /** The key had been used before, by its owner as it seems. */
  'usual-key',
  /** Others came in at the same time who may have been it as well. */
  'several-candidates',
  /** Another door has the better proof. */
  'other-door-proven',
] as const;
export type Missing = (typeof missings)[number];

/**
 * `silent` much longer than it ever is · `off` the same and then the host started · `zeros` overwritten or lost in a
 * crash · `clock-back` it goes back · `emptied` nothing in it · `not-in-log` another log tells of what it should have ·
 * what cannot be relied on though it was read (`logDoubts`)
 */
export const gapKinds = [
  ...(['silent', 'off', 'zeros', 'clock-back', 'emptied', 'not-in-log'] as const),
  ...logDoubts,
] as const;
export type GapKind = (typeof gapKinds)[number];

/** What an infection is bounded by. The last two are the customer's word, which is weaker than all evidence. */
export const bounds = [
  'success',
  'quiet-load',
  'horizon',
  'file',
  'entry',
  'job',
  'miner',
  'load',
  'appeared',
  'discovered',
] as const;
export type Bound = (typeof bounds)[number];

/** What shows the onset of mining. */
export const onsets = ['load', 'job', 'miner'] as const;
export type OnsetBy = (typeof onsets)[number];

/**
 * How sure a family is named: `attributed` its own indicators decide · `tool` what many gangs use, never who did it ·
 * `lead` too little to say so
 */
export const familyStandings = ['attributed', 'tool', 'lead'] as const;
export type FamilyStanding = (typeof familyStandings)[number];

/**
 * Where the customer's word and the evidence do not go together; the evidence stands.
 * - `appeared-before`, `discovered-before` what was told lies before the time in which the infection began
 * - `logs-begin-after` no log reaches back to what was told
 * - `traces-after-discovered`, `traces-after-handled` the oldest trace is later than what was told
 * - `miner-after-handled` a miner that runs was started after somebody had dealt with it
 */
export const toldConflicts = [
  'appeared-before',
  'discovered-before',
  'logs-begin-after',
  'traces-after-discovered',
  'traces-after-handled',
  'miner-after-handled',
] as const;
export type ToldConflict = (typeof toldConflicts)[number];

/**
 * Why a neighbour is at risk: `connected` this host talks to it ·
 * `known-host` an account of it has logged in there · `attacker` the way in came from it · `own-subnet` this
 * host lies in it · `own-zone` it is of the same zone · `reached` this host's zone reaches it · `reaches` it reaches
 * this host's zone
 */
export const neighbourReasons = [
  'attacker',
  'connected',
  'known-host',
  'own-subnet',
  'own-zone',
  'reached',
  'reaches',
] as const;
export type NeighbourReason = (typeof neighbourReasons)[number];
