/** What `demine contain` shows: what stands, what would be set, what is left open, and what was done. */
import type { Language } from '../messages/catalogue.ts';
import type { ContainTexts } from '../messages/contain.ts';
import { contain as english } from '../messages/en/contain.ts';
import { messagesFor } from '../messages/index.ts';
import { contain as chinese } from '../messages/zh-CN/contain.ts';
import type { Answer } from '../native/port.ts';
import { cell, fit, type Span, span } from '../report/line.ts';
import { displayWidth, wrap } from '../report/width.ts';
import type { Containment } from '../respond/contain/containment.ts';
import type { NetworkMount } from '../respond/contain/cut-off.ts';
import type { Standing } from '../respond/contain/firewall.ts';
import type { Because, FoundTargets } from '../respond/contain/targets.ts';
import type { FreezeOutcome, Member } from '../respond/freeze/freeze.ts';

const all: Readonly<Record<Language, ContainTexts>> = { en: english, 'zh-CN': chinese };

export const containTexts = (language: Language): ContainTexts => all[language];

export interface ScreenView {
  readonly width: number;
  readonly color: boolean;
  readonly language: Language;
}

/** Lines of a screen in one language. */
export class ContainScreen {
  readonly texts: ContainTexts;
  readonly #view: ScreenView;
  readonly #lines: string[] = [];

  constructor(view: ScreenView) {
    this.#view = view;
    this.texts = containTexts(view.language);
  }

  line(...spans: Span[]): void {
    this.#lines.push(fit(spans, this.#view.width, this.#view.color));
  }

  head(text: string): void {
    if (this.#lines.length > 0) this.#lines.push('');
    this.line(span(text, 'bold'));
  }

  item(text: string, style?: Span['style']): void {
    for (const part of wrap(text, this.#view.width - 2)) this.line(span('  '), span(part, style));
  }

  /** A row whose last column may take several lines. */
  row(cells: readonly Span[], last: string): void {
    const indent = cells.reduce((sum, { text }) => sum + displayWidth(text), 2);
    const room = Math.max(narrowest, this.#view.width - indent);
    for (const [index, part] of wrap(last, room).entries()) {
      const first = index === 0 ? cells : [span(' '.repeat(indent - 2))];
      this.line(span('  '), ...first, span(part, 'dim'));
    }
  }

  /** As it is, whatever the width: it is meant to be read and copied whole. */
  exact(text: string): void {
    for (const line of text.trimEnd().split('\n')) this.#lines.push(`  ${line.replaceAll('\t', '  ')}`);
  }

  /** A command that can be copied, with what it does. */
  command(what: string, command: string): void {
    this.line(span('  '), span(`${what}:`), span(' '), span(command, 'cyan'));
  }

  /** What comes in English from below. */
  reason(text: string): string {
    return messagesFor(this.#view.language).cli.details[text] ?? text;
  }

  text(): string {
    return this.#lines.map((line) => `${line}\n`).join('');
  }
}

/** `2024-01-02 03:04:05 UTC` */
const timeText = (time: Date): string => `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;

export function showStanding(screen: ContainScreen, answer: Answer<Standing>, held: number, now: Date): void {
  screen.head(screen.texts.heads.standing);
  showState(screen, answer, now);
  if (held > 0) screen.item(screen.texts.heldNow({ count: held }), 'green');
}

export function showState(screen: ContainScreen, answer: Answer<Standing>, now: Date): void {
  const { texts } = screen;
  if (answer.status === 'denied') screen.item(texts.needsRoot, 'yellow');
  else if (answer.status !== 'ok')
    screen.item(texts.unknown({ detail: screen.reason(answer.reason) }), 'yellow');
  else if (answer.value.state === 'none') screen.item(texts.none);
  else if (answer.value.state === 'over') screen.item(texts.over);
  else {
    const { mode, addresses, byName, leftMs } = answer.value;
    if (mode === 'isolate') screen.item(texts.isolates, 'green');
    else if (addresses.length > 0) screen.item(texts.blocks({ count: addresses.length }), 'green');
    if (byName) screen.item(texts.byName, 'green');
    const left = leftMs === undefined ? undefined : Math.ceil(leftMs / 1000);
    screen.item(
      left === undefined
        ? texts.lasting
        : texts.until({ time: timeText(new Date(now.getTime() + left * 1000)), left: texts.duration(left) }),
    );
  }
}

function becauseText(texts: ContainTexts, because: readonly Because[]): string {
  const say = (one: Because): string => {
    switch (one.kind) {
      case 'pool':
        return texts.because.pool(one);
      case 'connection':
        return texts.because.connection(one);
      case 'command':
        return texts.because.command(one);
      case 'attacker':
        return texts.because.attacker(one);
    }
  };
  return because.map(say).join(', ');
}

/** Of the longest address. */
const widestValue = 39;
const narrowest = 8;

const widthOf = (values: readonly { readonly value: string }[]): number =>
  Math.min(widestValue, Math.max(0, ...values.map(({ value }) => value.length))) + 2;

export function showTargets(screen: ContainScreen, found: FoundTargets): void {
  const { texts } = screen;
  const width = widthOf([...found.addresses, ...found.names]);
  screen.item(texts.planBlock);
  for (const [kind, list] of [
    [texts.address, found.addresses],
    [texts.name, found.names],
  ] as const) {
    for (const { value, because } of list)
      screen.row([cell(kind, 9), cell(value, width)], becauseText(texts, because));
  }
}

export function showLeft(screen: ContainScreen, found: FoundTargets): void {
  if (found.left.length === 0) return;
  const { texts } = screen;
  const width = widthOf(found.left);
  screen.head(texts.heads.left);
  for (const { value, why } of found.left) screen.row([cell(value, width)], texts.leftReasons[why]);
}

const endText = ({ address, port }: { readonly address: string; readonly port: number }): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

export function showIsolation(
  screen: ContainScreen,
  { keep, allow }: Extract<Containment, { readonly mode: 'isolate' }>,
): void {
  const { texts } = screen;
  screen.item(texts.planIsolate);
  for (const { local, remote } of keep)
    screen.line(span('  '), cell(texts.keeps, 18), span(`${endText(remote)} → ${endText(local)}`));
  for (const address of allow) screen.line(span('  '), cell(texts.allows, 18), span(address));
}

export function showCutOff(screen: ContainScreen, mounts: readonly NetworkMount[], hasDisks: boolean): void {
  for (const mount of mounts) screen.item(screen.texts.hangs(mount), 'yellow');
  if (hasDisks) screen.item(screen.texts.networkDisks, 'red');
}

export function showMembers(
  screen: ContainScreen,
  members: readonly (Member & { readonly name: string })[],
): void {
  const { texts } = screen;
  screen.head(texts.heads.freeze);
  for (const { pid, role, name } of members)
    screen.line(span('  '), cell(texts.roles[role], 12), cell(`${pid}`, 9), span(name));
}

/** Milliseconds with as many digits as tell something. */
const msText = (us: number): string => (us / 1000).toFixed(us < 10_000 ? 2 : 0);

export function showFrozen(screen: ContainScreen, outcome: FreezeOutcome): void {
  const { texts } = screen;
  screen.item(
    texts.frozen({ count: outcome.frozen.length, ms: msText(outcome.spanUs) }),
    outcome.left.length === 0 ? 'green' : 'yellow',
  );
  if (outcome.byNumber) screen.item(texts.byNumber, 'yellow');
  for (const { pid, why } of outcome.left)
    screen.line(span('  '), cell(`${pid}`, 9), span(texts.unfrozen[why], 'yellow'));
}
