/**
 * Jobs of at and batch: shell scripts that atd keeps in its spool.
 *
 * A job is `#!/bin/sh`, `# atrun uid=U gid=G`, `# mail NAME N`, the environment as export lines, `cd DIR || {…}` and
 * then what was asked for, plain or as a here-document to the user's shell. The name of the file is the queue, five
 * hexadecimal digits of the job's number and eight of the time in minutes since 1970; `=` stands before a job
 * that runs. What it is NOT: a shell; the lines are handed on as they stand.
 * Source: at 3.2 (at.c writefile, atd.c run_file); at(1).
 */

import type { Printable } from '../model/text.ts';
import { printableLatin1, textLines } from './text-lines.ts';

export interface AtJob {
  readonly uid: number | undefined;
  /** To whom mail goes: the user who asked. */
  readonly mailTo: Printable;
  readonly folder: Printable;
  /** Of whoever asked, without what `atd` and the session set. */
  readonly variables: readonly { readonly line: number; readonly name: string; readonly value: Printable }[];
  /** The lines that were asked for, numbered as in the file. */
  readonly body: readonly { readonly line: number; readonly text: Printable }[];
}

export interface AtName {
  /** `a` at, `b` batch, others by -q; `=` runs now. */
  readonly queue: string;
  readonly job: number;
  /** Microseconds UTC. */
  readonly timeUs: number;
}

const mostLines = 2000;

export function parseAtName(name: string): AtName | undefined {
  const match = /^([=a-zA-Z])([0-9a-f]{5})([0-9a-f]{8})$/i.exec(name);
  if (match === null) return undefined;
  const [, queue = '', job = '', minutes = ''] = match;
  return { queue, job: Number.parseInt(job, 16), timeUs: Number.parseInt(minutes, 16) * 60_000_000 };
}

/** Nothing but one assignment and its export: what stands behind a `;` runs. */
const assignment =
  /^(?:export[ \t]+)?([A-Za-z_]\w{0,199})=((?:\\.|"[^"$`\\]*"|'[^']*'|[^\s\\"'`$;&|<>()])*)(?:;?[ \t]{0,99}export[ \t]{1,99}\1)?[ \t]{0,99};?$/;
const isHeader = /^(?:#.*|umask[ \t]{1,99}[0-7]{1,4}|export[ \t]{1,99}[A-Za-z_]\w*)$/;
const mostVariables = 1_000;
const unquoted = (text: string): string =>
  text.replace(
    /\\(.)|"([^"]*)"|'([^']*)'/g,
    (_, escaped?: string, double?: string, single?: string) => escaped ?? double ?? single ?? '',
  );

/** @returns nothing for a file that is no job of at */
export function parseAtJob(bytes: Uint8Array): AtJob | undefined {
  let uid: number | undefined;
  let mailTo = printableLatin1('');
  let folder = printableLatin1('');
  let atrun = false;
  let state: 'header' | 'failed-cd' | 'body' = 'header';
  const variables: { line: number; name: string; value: Printable }[] = [];
  const body: { line: number; text: Printable }[] = [];
  for (const { line, text } of textLines(bytes, { longest: 16_384 })) {
    if (state === 'header') {
      const owner = /^# atrun uid=(\d{1,10})/.exec(text);
      if (owner !== null) {
        uid = Number(owner[1]);
        atrun = true;
      }
      const mail = /^# mail\s+(\S+)/.exec(text);
      if (mail !== null) mailTo = printableLatin1(mail[1] ?? '');
      const entered = /^cd (.+?) \|\| \{\s*$/.exec(text);
      if (entered !== null) {
        folder = printableLatin1((entered[1] ?? '').replace(/\\(.)/g, '$1'));
        state = 'failed-cd';
        continue;
      }
      const [, name, value = ''] = assignment.exec(text.trimEnd()) ?? [];
      if (name !== undefined) {
        if (variables.length < mostVariables)
          variables.push({ line, name, value: printableLatin1(unquoted(value)) });
      } else if (atrun && text.trim() !== '' && !isHeader.test(text.trimEnd())) state = 'body';
    } else if (state === 'failed-cd') {
      if (/^\}/.test(text)) state = 'body';
      continue;
    }
    if (state === 'body' && text.trim() !== '' && body.length < mostLines)
      body.push({ line, text: printableLatin1(text) });
  }
  return atrun ? { uid, mailTo, folder, variables, body } : undefined;
}
