/** A plan on a screen: the answer first, then what is done in which order, with the lines that go; then what is not. */

import type { Language } from '../../messages/catalogue.ts';
import { removal as english } from '../../messages/en/removal.ts';
import type { RemovalTexts } from '../../messages/removal.ts';
import { removal as chinese } from '../../messages/zh-CN/removal.ts';
import { binarySize } from '../../model/binary-size.ts';
import type { Stop } from '../../model/ledger.ts';
import type { ChangeOf, LeftOut, Plan, Step } from '../../model/plan.ts';
import { fit, type Span, type Style, span } from '../line.ts';
import { displayWidth, wrap } from '../width.ts';

const all: Readonly<Record<Language, RemovalTexts>> = { en: english, 'zh-CN': chinese };
export const removalTexts = (language: Language): RemovalTexts => all[language];

export type ShownState = keyof RemovalTexts['states'];

export interface PlanView {
  readonly width: number;
  readonly color: boolean;
  readonly language: Language;
  /** How far each step is; `open` where nothing is told. */
  readonly states: ReadonlyMap<string, ShownState>;
  /** Why steps went no further, by step. */
  readonly stops?: ReadonlyMap<string, Stop>;
  /** What stands in the way now. */
  readonly conditions: readonly {
    readonly id: keyof RemovalTexts['conditions'];
    readonly subject: string;
  }[];
}

/** Lines of a diff, names of a list and rows of what is left out, of each; more are counted. */
const mostLines = 12;
const mostLeft = 30;
const indent = '     ';

const stateStyles: Readonly<Record<ShownState, Style>> = {
  open: 'plain',
  done: 'green',
  undone: 'yellow',
  begun: 'yellow',
  'by-hand': 'cyan',
  stopped: 'red',
};

/** What the kernel or an engine answered; any other detail is for the ledger. */
const ofEngines: ReadonlySet<Stop['id']> = new Set([
  ...(['no-engine', 'engine-refused', 'container-runs', 'not-exported'] as const),
]);
const tellsMore = ({ id, detail }: Stop): boolean =>
  /^E[A-Z]+$/.test(detail) || (ofEngines.has(id) && detail !== '');

export class RemovalScreen {
  readonly texts: RemovalTexts;
  readonly #view: Pick<PlanView, 'width' | 'color'>;

  constructor(view: Pick<PlanView, 'width' | 'color' | 'language'>) {
    this.#view = view;
    this.texts = removalTexts(view.language);
  }

  line(...spans: readonly Span[]): string {
    return fit(spans, this.#view.width, this.#view.color);
  }

  /** Text broken at the width, behind `lead`, whose marks stand on the first line alone. */
  wrapped(text: string, lead = indent, style: Style = 'plain'): readonly string[] {
    return this.item([span(lead)], displayWidth(lead), text, style);
  }

  /** The same behind spans that take `columns`. */
  item(lead: readonly Span[], columns: number, text: string, style: Style = 'plain'): readonly string[] {
    return wrap(text, this.#view.width - columns).map((line, at) =>
      this.line(...(at === 0 ? lead : [span(' '.repeat(columns))]), span(line, style)),
    );
  }

  /** What a step changes, in one line. */
  whatOf({ change }: Step): string {
    const { changes, tasks } = this.texts;
    switch (change.kind) {
      case 'edit-file':
        return changes[change.edits.every(({ part }) => part !== undefined) ? 'change' : 'edit']({
          path: change.path,
          count: change.edits.length,
        });
      case 'quarantine':
        return changes.quarantine({ path: change.path });
      case 'set-metadata': {
        const parts = [
          ...(change.mode === undefined ? [] : [`mode ${change.mode.toString(8).padStart(4, '0')}`]),
          ...(change.uid === undefined ? [] : [`uid ${change.uid}`]),
          ...(change.gid === undefined ? [] : [`gid ${change.gid}`]),
          ...(change.flags === undefined
            ? []
            : [`${change.flags.immutable ? '+' : '-'}i ${change.flags.appendOnly ? '+' : '-'}a`]),
          ...(change.capability === undefined ? [] : [changes.noCapabilities]),
        ];
        return changes.metadata({ path: change.path, what: parts.join(', ') });
      }
      case 'freeze':
        return changes.freeze({ count: change.processes.length });
      case 'kill':
        return changes.kill({ count: change.processes.length });
      case 'reload':
        return changes.reload({ count: change.managers.length });
      case 'keep-evidence':
        return changes.evidence({ files: change.paths.length, processes: change.processes.length });
      case 'contain': {
        const minutes = Math.ceil(change.seconds / 60);
        if (change.cut.mode === 'isolate') return changes.isolate({ minutes });
        return changes.block({ count: change.cut.addresses.length + change.cut.names.length, minutes });
      }
      case 'restore-file':
        return changes.restore({ path: change.path });
      case 'set-kernel-value':
        return changes.kernel({ name: change.name, value: change.value });
      case 'forget-units':
        return changes.forget({ count: change.units.length });
      case 'take-inside':
        return changes.takeInside({ path: change.file, container: change.inside.container });
      case 'container':
        return changes.container[change.action]({
          engine: change.engine.kind,
          name: change.container.name === '' ? change.container.id.slice(0, 12) : change.container.name,
        });
      case 'by-hand':
        return tasks[change.task].title;
    }
  }

  #rows(rows: readonly string[], render: (row: string) => readonly string[]): readonly string[] {
    const shown = rows.slice(0, mostLines).flatMap(render);
    const rest = rows.length - mostLines;
    return rest > 0
      ? [...shown, ...this.wrapped(this.texts.next.more({ count: rest }), indent, 'dim')]
      : shown;
  }

  /** The exact change: lines that go and come, processes, names. */
  diffOf({ change }: Step): readonly string[] {
    const list = (rows: readonly string[]): readonly string[] =>
      this.#rows(rows, (row) => this.wrapped(row, `${indent}· `));
    switch (change.kind) {
      case 'edit-file': {
        const lines = change.edits
          .slice(0, mostLines)
          .flatMap(({ line, before, after }) => [
            ...this.wrapped(before, `${indent}${String(line).padStart(4)} - `, 'red'),
            ...(after === undefined ? [] : this.wrapped(after, `${indent}     + `, 'green')),
          ]);
        const rest = change.edits.length - mostLines;
        return [
          ...lines,
          ...(rest > 0 ? this.wrapped(this.texts.next.more({ count: rest }), indent, 'dim') : []),
          ...(change.unlock ? this.wrapped(this.texts.changes.unlock, indent, 'dim') : []),
        ];
      }
      case 'freeze':
      case 'kill':
        return list(change.processes.map((one) => this.texts.changes.process(one)));
      case 'reload':
        return list(change.managers.map((one) => this.texts.changes.manager(one)));
      case 'container':
        return this.#containerOf(change);
      case 'by-hand':
        return [
          ...this.wrapped(this.texts.tasks[change.task].text, indent, 'dim'),
          ...list(change.subjects),
          ...(change.command === undefined
            ? []
            : this.wrapped(`${this.texts.labels.run}${this.texts.colon}${change.command}`, indent)),
        ];
      case 'contain':
        return change.cut.mode === 'block' ? list([...change.cut.addresses, ...change.cut.names]) : [];
      case 'restore-file': {
        const { from } = change;
        return this.wrapped(
          from.kind === 'package'
            ? this.texts.changes.fromPackage({ name: from.package, archive: from.archive })
            : this.texts.changes.fromFile({ path: from.path }),
          indent,
        );
      }
      case 'set-kernel-value':
        return this.wrapped(this.texts.changes.kernelWas({ value: change.was }), indent);
      case 'forget-units':
        return list(change.units);
      case 'keep-evidence':
      case 'quarantine':
      case 'take-inside':
      case 'set-metadata':
        return [];
    }
  }

  #containerOf({
    action,
    container,
    engine,
    policy,
    paths = [],
    size,
  }: ChangeOf<'container'>): readonly string[] {
    const { changes } = this.texts;
    const { id, image } = container;
    return [
      ...this.wrapped(
        changes.containerImage({ id: id.slice(0, 12), image, socket: engine.socket }),
        indent,
        'dim',
      ),
      ...(policy === undefined ? [] : this.wrapped(changes.containerPolicy({ policy }), indent)),
      ...(action === 'export'
        ? this.wrapped(
            changes.containerSize({ size: size === undefined ? undefined : binarySize(size) }),
            indent,
          )
        : []),
      ...this.#rows(paths, (row) => this.wrapped(row, `${indent}· `)),
    ];
  }

  /** Why a step went no further. */
  stop(stop: Stop, lead = indent): readonly string[] {
    const why = this.texts.stops[stop.id]({ subject: stop.subject });
    return this.wrapped(tellsMore(stop) ? `${why} (${stop.detail})` : why, lead, 'red');
  }

  step(step: Step, state: ShownState, stop?: Stop): readonly string[] {
    const { labels, breaks, verify, reversibility, states, colon } = this.texts;
    const byHand = step.change.kind === 'by-hand';
    const facts = byHand
      ? []
      : [
          ...(step.findings.length === 0
            ? []
            : [`${labels.findings} ${step.findings.slice(0, 8).join(' ')}`]),
          reversibility[step.reversibility],
          `${labels.verify}${colon}${verify[step.verify]}`,
        ];
    const mark = state === 'open' ? '' : `[${states[state]}] `;
    const id = step.id.padEnd(indent.length);
    const lead = [span(id, 'bold'), span(mark, stateStyles[state])];
    return [
      ...this.item(lead, id.length + displayWidth(mark), this.whatOf(step)),
      ...(stop === undefined ? [] : this.stop(stop)),
      ...this.diffOf(step),
      ...step.breaks
        .slice(0, mostLines)
        .flatMap(({ id, subject }) =>
          this.wrapped(`${labels.breaks}${colon}${breaks[id]({ subject })}`, indent, 'yellow'),
        ),
      ...(facts.length === 0 ? [] : this.wrapped(facts.join(' · '), indent, 'dim')),
    ];
  }

  left(rows: readonly LeftOut[]): readonly string[] {
    if (rows.length === 0) return [];
    const shown = rows
      .slice(0, mostLeft)
      .flatMap(({ subject, what, why, addable }) => [
        this.line(
          span(`${subject.startsWith('/') ? '·' : subject} `.padEnd(indent.length), 'bold'),
          span(what),
        ),
        ...this.wrapped(this.texts.refusals[why], indent, 'dim'),
        ...(addable ? this.wrapped(this.texts.addable({ subject }), indent, 'cyan') : []),
      ]);
    const rest = rows.length - mostLeft;
    return [
      '',
      this.line(span(this.texts.left({ count: rows.length }), 'bold')),
      ...shown,
      ...(rest > 0 ? this.wrapped(this.texts.next.more({ count: rest }), indent, 'dim') : []),
    ];
  }
}

export function renderPlan(plan: Plan, view: PlanView): string {
  const screen = new RemovalScreen(view);
  const { texts } = screen;
  const { answer, reasons } = plan.decision;
  const lines = [
    screen.line(span(texts.title({ target: plan.target.name }), 'bold')),
    screen.line(span(texts.made({ time: plan.made.slice(0, 16).replace('T', ' '), scan: plan.scan }), 'dim')),
  ];
  if (plan.steps.length === 0 && plan.left.length === 0) return [...lines, '', texts.nothing].join('\n');
  lines.push(
    '',
    screen.line(span(` ${texts.decision[answer].title} `, answer === 'clean' ? 'on-green' : 'on-red')),
    ...screen.wrapped(texts.decision[answer].text, ''),
    ...reasons.flatMap(({ id, subjects }) => {
      const named = subjects.slice(0, 4).join(', ');
      return screen.wrapped(
        named === '' ? texts.reasons[id] : `${texts.reasons[id]}${texts.colon}${named}`,
        ' · ',
      );
    }),
  );
  if (view.conditions.length > 0) {
    lines.push('', screen.line(span(texts.inTheWay, 'yellow')));
    for (const { id, subject } of view.conditions.slice(0, mostLines)) {
      lines.push(...screen.wrapped(texts.conditions[id]({ subject }), ' · '));
    }
    const rest = view.conditions.length - mostLines;
    if (rest > 0) lines.push(...screen.wrapped(texts.next.more({ count: rest }), '   ', 'dim'));
  }
  let phase: Step['phase'] | undefined;
  for (const step of plan.steps) {
    if (step.phase !== phase) {
      phase = step.phase;
      lines.push('', screen.line(span(texts.phases[phase].title, 'bold')));
      lines.push(...screen.wrapped(texts.phases[phase].text, '', 'dim'));
    }
    const state = view.states.get(step.id) ?? (step.change.kind === 'by-hand' ? 'by-hand' : 'open');
    lines.push(...screen.step(step, state, view.stops?.get(step.id)));
  }
  if (plan.steps.length === 0) lines.push('', texts.nothing);
  lines.push(...screen.left(plan.left));
  return lines.join('\n');
}
