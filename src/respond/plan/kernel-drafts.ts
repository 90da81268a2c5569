/**
 * Settings of the running kernel that an attacker made and that stay when his line, or his miner, is gone.
 *
 * Set back is what a line set that the plan takes, where the kernel still has that value: to what another file of the host
 * says, else to what the kernel is built with. Huge pages are set back too where a proven miner of root made them by
 * itself, as RandomX miners do, and nobody else has pages: then no file says anything of them.
 * What it is NOT: tuning. A setting whose value before nobody can know is named, and left to people.
 * Sources: Documentation/admin-guide/sysctl/{kernel,vm,fs}.rst for what kernels are built with; sysctl.d(5), order.
 */
import { parseSysctlFile } from '../../formats/sysctl-file.ts';
import type { ResultPersistence } from '../../model/result.ts';
import { baseName, printableText } from '../../model/text.ts';
import type { CaseView } from './case-view.ts';
import type { Draft } from './draft.ts';
import { printableOf } from './printable-of.ts';
import type { Signals } from './signals.ts';

const hugePages = 'vm.nr_hugepages';

const builtIn: Readonly<Record<string, string>> = {
  [hugePages]: '0',
  'vm.nr_overcommit_hugepages': '0',
  'kernel.core_pattern': 'core',
  'kernel.modprobe': '/sbin/modprobe',
  'kernel.randomize_va_space': '2',
  'kernel.sched_rt_runtime_us': '950000',
};

const ofSysctl = /\/sysctl\.d\/[^/]+\.conf$|^\/etc\/sysctl\.conf$/;
const ofKernel = /^\/proc\/sys\/(.+)$/;
/** As the plan may hold it. */
const name = /^[a-z]\w*(?:\.[\w-]+)+$/;
const value = /^[\w ./|%+:-]{0,200}$/;

const settingBehind = (source: string): string | undefined =>
  ofKernel.exec(source)?.[1]?.replaceAll('/', '.');

const plain = (text: string): string => text.trim().replace(/\s+/g, ' ');

function settingOf(text: string): readonly [name: string, value: string] | undefined {
  const [line] = parseSysctlFile(Buffer.from(text));
  return line === undefined ? undefined : [line.key, plain(line.value)];
}

/** What the lines set that go. */
function removed(drafts: readonly Draft[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { change } of drafts) {
    if (change.kind !== 'edit-file' || !ofSysctl.test(change.path)) continue;
    for (const { before } of change.edits) {
      const setting = settingOf(before);
      if (setting !== undefined) found.set(...setting);
    }
  }
  return found;
}

/** Of whole files that go, and of values in the kernel itself, the entries tell. */
function told(rows: readonly ResultPersistence[]): ReadonlyMap<string, string> {
  return new Map(
    rows.flatMap((row): readonly (readonly [string, string])[] => {
      const inKernel = settingBehind(row.source);
      if (inKernel !== undefined) return [[inKernel, plain(row.text)]];
      const setting = ofSysctl.test(row.source) ? settingOf(row.text) : undefined;
      return setting === undefined ? [] : [setting];
    }),
  );
}

/** What the files of the host say that stay; the last one counts, and sysctl.conf is read after all. */
function saidByOthers(
  view: CaseView,
  rows: readonly ResultPersistence[],
  wanted: string,
): string | undefined {
  const order = (source: string): string =>
    ofSysctl.test(source) ? `0${baseName(printableOf(source))}` : '1';
  return view.result.persistence
    .filter((row) => ofSysctl.test(row.source) && !rows.includes(row) && row.judgement !== 'malicious')
    .toSorted((a, b) => (order(a.source) < order(b.source) ? -1 : 1))
    .flatMap(({ text }) => {
      const setting = settingOf(text);
      return setting !== undefined && setting[0] === wanted ? [setting[1]] : [];
    })
    .at(-1);
}

/** Huge pages of a miner of root, where nobody else has any. */
function ofMiners(view: CaseView, { miners }: Signals): ReadonlyMap<string, string> {
  const now = view.settings.get(hugePages);
  const own = new Set(miners.map(({ pid }) => pid));
  const byRoot = miners.some(({ user, container }) => user === 'root' && container === undefined);
  const others = view.processes.some(({ pid, hugetlb }) => !own.has(pid) && hugetlb > 0);
  return !byRoot || others || now === undefined || plain(now) === '0'
    ? new Map()
    : new Map([[hugePages, plain(now)]]);
}

function draftFor(setting: string, was: string, to: string, findings: readonly string[]): Draft {
  return {
    phase: 'restore',
    findings,
    change: { kind: 'set-kernel-value', name: setting, was, value: to },
    preconditions: [],
    reversibility: 'reversible',
    breaks: setting === hugePages ? [{ id: 'uses-setting', subject: printableText(setting) }] : [],
    verify: 'value',
  };
}

function leftToPeople(setting: string): Draft {
  return {
    phase: 'restore',
    findings: [],
    change: { kind: 'by-hand', task: 'restore-setting', subjects: [printableText(setting)] },
    preconditions: [],
    reversibility: 'restorable',
    breaks: [],
    verify: 'by-hand',
  };
}

/**
 * @param drafts what is carried out otherwise
 * @param rows what is actionable
 */
export function kernelDrafts(
  view: CaseView,
  signals: Signals,
  drafts: readonly Draft[],
  rows: readonly ResultPersistence[],
): readonly Draft[] {
  const taken = new Set<string>(
    drafts.flatMap(({ change }) => (change.kind === 'quarantine' ? [change.path] : [])),
  );
  const gone = rows.filter(({ source }) => taken.has(source) || ofKernel.test(source));
  const settings = new Map([...ofMiners(view, signals), ...told(gone), ...removed(drafts)]);
  return [...settings].flatMap(([setting, set]) => {
    const now = view.settings.get(setting);
    const was = now === undefined ? undefined : plain(now);
    const to = saidByOthers(view, rows, setting) ?? builtIn[setting];
    // Of pages the kernel gives as many as it has room for.
    const isSet = was !== undefined && (was === set || (setting === hugePages && was !== '0'));
    if (was === undefined || !isSet || was === to) return [];
    const findings = rows
      .filter(({ text, source }) => text.includes(setting) || settingBehind(source) === setting)
      .map(({ id }) => id);
    const isPlain = to !== undefined && name.test(setting) && value.test(was) && value.test(to);
    return [isPlain ? draftFor(setting, was, to, findings) : leftToPeople(setting)];
  });
}
