/** A watch on a screen: what is watched, each thing that happens as a line with its time, and how it ended. */
import type { Language } from '../../messages/catalogue.ts';
import { watch as english } from '../../messages/en/watch.ts';
import type { WatchTexts } from '../../messages/watch.ts';
import { watch as chinese } from '../../messages/zh-CN/watch.ts';
import type {
  Comeback,
  ProcessLink,
  WatchGap,
  WatchLook,
  WatchOutcome,
  WatchRecord,
  Writer,
} from '../../model/watch.ts';
import { fit, type Span, type Style, span } from '../line.ts';
import { shellWord } from '../next-steps.ts';
import { displayWidth, padEnd, wrap } from '../width.ts';

const all: Readonly<Record<Language, WatchTexts>> = { en: english, 'zh-CN': chinese };
export const watchTexts = (language: Language): WatchTexts => all[language];

export interface WatchView {
  readonly width: number;
  readonly color: boolean;
  readonly language: Language;
}

const labelColumns = 12;
/** While it runs the time of day; in a list of days the day as well. */
const timeColumns = 10;
const dayColumns = 13;
/** Of a list; more are counted. */
const mostShown = 8;
const mostParents = 6;
const clockOf = (time: string, columns: number): string =>
  columns === timeColumns ? time.slice(11, 19) : time.slice(5, 16).replace('T', ' ');
/** `2026-11-27 09:20 UTC`. */
export const dayAndTime = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;

export class WatchScreen {
  readonly texts: WatchTexts;
  readonly #view: WatchView;

  constructor(view: WatchView) {
    this.#view = view;
    this.texts = watchTexts(view.language);
  }

  #rows(lead: readonly Span[], columns: number, text: string, style: Style = 'plain'): readonly string[] {
    return wrap(text, Math.max(20, this.#view.width - columns)).map((line, at) =>
      fit(
        [...(at === 0 ? lead : [span(' '.repeat(columns))]), span(line, style)],
        this.#view.width,
        this.#view.color,
      ),
    );
  }

  words(text: string, style: Style = 'plain'): readonly string[] {
    return this.#rows([], 0, text, style);
  }

  #labelled(
    label: keyof WatchTexts['labels'],
    text: string,
    indent = 2,
    style: Style = 'plain',
  ): readonly string[] {
    const word = this.texts.labels[label];
    const columns = indent + Math.max(labelColumns, displayWidth(word) + 1);
    return this.#rows(
      [span(' '.repeat(indent)), span(padEnd(word, columns - indent), 'dim')],
      columns,
      text,
      style,
    );
  }

  duration(milliseconds: number): string {
    const seconds = Math.max(0, Math.round(milliseconds / 1000));
    const parts = {
      days: Math.floor(seconds / 86_400),
      hours: Math.floor((seconds % 86_400) / 3600),
      minutes: Math.floor((seconds % 3600) / 60),
      seconds: seconds % 60,
    };
    return this.texts.duration(parts);
  }

  spanOf({ settings }: WatchRecord): string {
    return this.duration(settings.seconds * 1000);
  }

  begun(
    record: WatchRecord,
    where: {
      readonly folder: string;
      readonly case: string;
      readonly bytes: number;
      readonly pid: number;
      readonly root: boolean;
    },
  ): string {
    const { texts } = this;
    const { means, settings } = record;
    const megabytes = `${Math.max(0.1, where.bytes / 1e6).toFixed(1)} MB`;
    return [
      ...this.words(
        texts.title({ host: record.host, until: dayAndTime(record.until), span: this.spanOf(record) }),
        'bold',
      ),
      ...(record.spans.length > 1 ? this.words(texts.resumed({ since: dayAndTime(record.begun) })) : []),
      ...this.#labelled(
        'places',
        means.files === 'none'
          ? texts.noPlaces
          : texts.places({
              folders: means.folders,
              withoutWriter: means.foldersWithoutWriter,
              left: means.foldersLeft,
            }),
      ),
      ...this.#labelled('processes', texts.processes[means.processes]),
      ...this.#labelled(
        'waited',
        means.removed === 0 ? texts.nothingRemoved : texts.waited({ count: means.removed }),
      ),
      ...this.#labelled('record', texts.record({ folder: where.folder, size: megabytes })),
      ...this.#labelled('seen', texts.seen({ name: settings.name, pid: where.pid })),
      ...(settings.remove
        ? this.words(texts.willRemove({ irreversible: settings.acceptIrreversible }), 'yellow')
        : []),
      ...(where.root ? [] : this.words(texts.notRoot, 'yellow')),
      ...this.words(texts.logOut({ folder: shellWord(where.case) }), 'dim'),
    ].join('\n');
  }

  #at(time: string, text: string, style: Style = 'plain', columns = timeColumns): readonly string[] {
    return this.#rows([span(padEnd(clockOf(time, columns), columns), 'dim')], columns, text, style);
  }

  #named({ name, pid, exe, script }: ProcessLink): string {
    const path = script ?? exe ?? this.texts.writer.gone;
    return this.texts.writer.process({ name, pid, path });
  }

  #writer(writer: Writer, columns: number): readonly string[] {
    const { texts } = this;
    const [first, ...parents] = writer.chain;
    if (first === undefined) {
      return this.#labelled('by', texts.writer.unknown({ pid: writer.pid }), columns);
    }
    const program = first.exe ?? texts.writer.gone;
    const hash = writer.sha256 === undefined ? '' : ` sha256 ${writer.sha256}`;
    const who = [
      ...(first.user === undefined && first.uid === undefined ? [] : [String(first.user ?? first.uid)]),
      ...(writer.loginUid === undefined ? [] : [texts.writer.login({ uid: writer.loginUid })]),
    ].join(texts.comma);
    const shown = parents.slice(0, mostParents);
    const more = parents.length > shown.length ? ' < …' : '';
    const unit = first.unit ?? first.container;
    return [
      ...this.#labelled('by', this.#named(first), columns, 'bold'),
      ...this.#labelled('program', `${program}${hash}`, columns),
      ...(shown.length === 0
        ? []
        : this.#labelled('under', `${shown.map((one) => this.#named(one)).join(' < ')}${more}`, columns)),
      ...(unit === undefined ? [] : this.#labelled('unit', unit, columns)),
      ...(who === '' ? [] : this.#labelled('account', who, columns)),
      ...(writer.known === 'ended'
        ? this.#rows([span(' '.repeat(columns))], columns, texts.writer.ended, 'dim')
        : []),
    ];
  }

  #returnedText({ kind, what, same, times }: Comeback): string {
    const { texts } = this;
    const notes = [
      ...(same === undefined ? [] : [same ? texts.same : texts.other]),
      ...(times > 1 ? [texts.times({ count: times })] : []),
    ];
    const text = texts.returned[kind]({ what });
    return notes.length === 0 ? text : texts.noted({ text, notes });
  }

  returned(comeback: Comeback, columns = timeColumns): string {
    return [
      ...this.#at(comeback.first, `${comeback.id} ${this.#returnedText(comeback)}`, 'red', columns),
      ...(comeback.writer === undefined
        ? this.#labelled('by', this.texts.writer.unknown({ pid: 0 }), columns)
        : this.#writer(comeback.writer, columns)),
    ].join('\n');
  }

  /** @param at when it was answered; undefined in a list, where the return has its time */
  answered(comeback: Comeback, caseFolder: string, at?: string): string {
    const { answer } = comeback;
    if (answer === undefined) return '';
    const { texts } = this;
    const folder = shellWord(caseFolder);
    const steps =
      answer.steps.length === 0
        ? texts.answer.noSteps({ plan: answer.plan })
        : texts.answer.steps({ plan: answer.plan, steps: answer.steps.join(' ') });
    const lines = [
      `${comeback.id} ${steps}`,
      ...answer.left.slice(0, 3).map((what) => texts.answer.left({ what })),
      ...(answer.steps.length === 0 && answer.removed === 'not-asked'
        ? []
        : [texts.answer.removed[answer.removed]({ folder })]),
    ];
    const style: Style = answer.removed === 'done' ? 'green' : 'plain';
    const columns = at === undefined ? dayColumns : timeColumns;
    return lines
      .flatMap((line, index) =>
        at !== undefined && index === 0
          ? this.#at(at, line, style)
          : this.#rows([span(' '.repeat(columns))], columns, line, style),
      )
      .join('\n');
  }

  changed(path: string, at: string, writer: Writer): string {
    const [first] = writer.chain;
    const who = first === undefined ? this.texts.somebody : this.#named(first);
    return this.#at(at, this.texts.changed({ path, who })).join('\n');
  }

  looked(look: WatchLook): string {
    return this.#at(look.at, this.#lookText(look), look.verdict === 'mining' ? 'red' : 'plain').join('\n');
  }

  #lookText({ verdict, why, failed }: WatchLook): string {
    return verdict === undefined
      ? this.texts.lookFailed({ reason: failed ?? '' })
      : this.texts.looked({ verdict: this.texts.verdicts[verdict], why: this.texts.why[why] });
  }

  gap(gap: WatchGap): string {
    return this.words(this.#gapText(gap), gap.counts ? 'yellow' : 'dim').join('\n');
  }

  #gapText({ from, to, why }: WatchGap): string {
    return this.texts.gap({ from: fullTime(from), to: fullTime(to), why: this.texts.gapWhy[why] });
  }

  overflow(at: string): string {
    return this.#at(at, this.texts.overflow, 'yellow').join('\n');
  }

  #listed<T>(items: readonly T[], show: (item: T) => readonly string[], dropped = 0): readonly string[] {
    const rest = items.length + dropped - mostShown;
    return [
      ...items.slice(-mostShown).flatMap(show),
      ...(rest > 0 ? this.#rows([span('  ')], 2, this.texts.next.more({ count: rest }), 'dim') : []),
    ];
  }

  /** How it stands, or how it ended. */
  summary(
    record: WatchRecord,
    at: {
      readonly case: string;
      readonly state: 'running' | 'ended' | 'left';
      readonly outcome: WatchOutcome;
      readonly watchedMs: number;
      readonly gapsMs: number;
    },
  ): string {
    const { texts } = this;
    const folder = shellWord(at.case);
    const span_ = this.spanOf(record);
    const count = record.returns.length + record.returnsDropped;
    const failed = record.looks.filter(({ verdict }) => verdict === undefined).length;
    const last = record.looks.at(-1);
    const head =
      at.state === 'running'
        ? [
            ...this.words(texts.running({ until: dayAndTime(record.until) }), 'bold'),
            ...this.words(texts.soFar({ count }), count === 0 ? 'green' : 'red'),
          ]
        : [
            ...(at.state === 'left' ? this.words(texts.notRunning, 'yellow') : []),
            ...this.words(
              texts.outcome[at.outcome]({ span: span_, count }),
              at.outcome === 'stayed-away' ? 'green' : at.outcome === 'came-back' ? 'red' : 'yellow',
            ),
          ];
    const lost = texts.lost(record.counts);
    const pausing = record.busy.filter(
      ({ minutes, withLogin }) => minutes >= 10 && withLogin === 0 && record.logins.length > 0,
    );
    return [
      ...head,
      ...this.#labelled('watched', texts.watched({ watched: this.duration(at.watchedMs), span: span_ })),
      ...this.#labelled(
        'gaps',
        record.gaps.length === 0
          ? texts.whole
          : texts.gapsTold({ count: record.gaps.length, time: this.duration(at.gapsMs) }),
      ),
      ...this.#listed(record.gaps, (gap) => this.#rows([span('    ')], 4, this.#gapText(gap), 'dim')),
      ...this.#labelled(
        'scans',
        texts.scans({
          count: record.looks.length,
          failed,
          last: last === undefined ? '' : this.#lookText(last),
        }),
      ),
      ...(record.logins.length === 0
        ? []
        : this.#labelled(
            'logins',
            texts.logins({
              count: record.logins.length + record.loginsDropped,
              now: record.logins.filter(({ end }) => end === undefined).length,
            }),
          )),
      ...this.#listed(record.logins, ({ user, line, from, begin, end }) =>
        this.#rows(
          [span('    ')],
          4,
          texts.login({
            user,
            line,
            from: from ?? '',
            begin: dayAndTime(begin),
            end: end === undefined ? texts.still : dayAndTime(end),
          }),
          'dim',
        ),
      ),
      ...this.#listed(record.busy, ({ name, exe, minutes, withLogin }) =>
        this.#labelled('busy', texts.busy({ name: exe ?? name, minutes, withLogin })),
      ),
      ...pausing.flatMap(({ name, exe }) =>
        this.#rows([span('    ')], 4, texts.pauses({ name: exe ?? name }), 'yellow'),
      ),
      ...(lost === '' ? [] : this.#labelled('lost', lost)),
      ...this.#listed(
        record.returns,
        (one) => [
          ...this.returned(one, dayColumns).split('\n'),
          ...this.answered(one, at.case)
            .split('\n')
            .filter((line) => line !== ''),
        ],
        record.returnsDropped,
      ),
      ...(count > 0 && at.state !== 'running'
        ? this.words(texts.next.again({ folder }))
        : at.state === 'left'
          ? this.words(texts.next.goOn({ folder }))
          : []),
    ].join('\n');
  }

  starter(
    files: readonly {
      readonly path: string;
      readonly content?: string | undefined;
      readonly target?: string | undefined;
    }[],
  ): string {
    const { texts } = this;
    return [
      ...this.words(texts.starter.shown),
      ...files.flatMap(({ path, content, target }) => [
        ...this.#rows(
          [span('  + ', 'green')],
          4,
          target === undefined ? path : `${path} -> ${target}`,
          'bold',
        ),
        ...(content ?? '')
          .split('\n')
          .slice(0, -1)
          .flatMap((line) => this.#rows([span('    + ', 'green')], 6, line, 'green')),
      ]),
      ...this.words(texts.starter.remove),
    ].join('\n');
  }
}

/** `2026-11-27 09:20:31 UTC`. */
const fullTime = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
