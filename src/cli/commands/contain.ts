/** `demine contain`: cuts a host off and holds its miner, or writes the block for other equipment. */
import { existsSync, lstatSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Language } from '../../messages/catalogue.ts';
import { DemineError } from '../../model/error.ts';
import type { ScanResult } from '../../model/result.ts';
import { printableText } from '../../model/text.ts';
import { exitFailed } from '../../model/verdict.ts';
import { passOn } from '../../native/failure.ts';
import { liveNative } from '../../native/live.ts';
import type { Answer, Native } from '../../native/port.ts';
import { liveSignals } from '../../native/process-signal.ts';
import { shellWord } from '../../report/next-steps.ts';
import { confirmContainment, liftContainment, setContainment } from '../../respond/contain/carry-out.ts';
import { chooseFirewall } from '../../respond/contain/choose-firewall.ts';
import type { Containment } from '../../respond/contain/containment.ts';
import { hasNetworkDisks, networkMounts } from '../../respond/contain/cut-off.ts';
import { type Firewall, nftFirewall } from '../../respond/contain/firewall.ts';
import { isEmpty, planContainment } from '../../respond/contain/plan-containment.ts';
import { printBlock } from '../../respond/contain/print/print-block.ts';
import { sparedOf } from '../../respond/contain/spared.ts';
import { findTargets } from '../../respond/contain/targets.ts';
import { bootIdOf, mustBeThisHost } from '../../respond/contain/this-host.ts';
import { freezeMembers, heldMembers, thawMembers } from '../../respond/freeze/carry-out.ts';
import type { Member } from '../../respond/freeze/freeze.ts';
import { membersOfCase } from '../../respond/freeze/set-of-case.ts';
import { type Ledger, ledgerEntries, ledgerName, openLedger } from '../../respond/ledger/ledger-file.ts';
import { presetFolder } from '../../scan/case-folder.ts';
import { openScan } from '../../store/case-store.ts';
import { storeName } from '../case-events.ts';
import { openNamedCase } from '../case-file.ts';
import type { ContainArguments } from '../contain-arguments.ts';
import {
  ContainScreen,
  showCutOff,
  showFrozen,
  showIsolation,
  showLeft,
  showMembers,
  showStanding,
  showState,
  showTargets,
} from '../contain-screen.ts';
import { lookOptions, runScan } from '../session.ts';
import { viewOf, write } from '../terminal.ts';
import { scanCommand } from './scan.ts';

const exitNothing = 1;

type Args = ContainArguments & { readonly language: Language };

/** A scan, and the folder in which the ledger is. */
interface Case {
  readonly folder: string;
  readonly result: ScanResult;
  readonly members: readonly (Member & { readonly name: string })[];
}

function readCase(path: string): Case {
  const store = openNamedCase(path);
  try {
    const last = openScan(store);
    const result = last === undefined ? undefined : store.result(last.id);
    if (last === undefined || result === undefined)
      throw new DemineError('case-unreadable', 'the case holds no scan', { subject: path });
    const facts = store.facts(last.id, 'process').filter((fact) => fact.kind === 'process');
    const names = new Map(facts.map(({ pid, name }) => [pid, name]));
    return {
      folder: lstatSync(path).isDirectory() ? path : join(path, '..'),
      result,
      members: membersOfCase(result, facts).map((one) => ({ ...one, name: names.get(one.pid) ?? '' })),
    };
  } finally {
    store.close();
  }
}

const isTarget = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true && !existsSync(join(path, storeName));

/** Evidence comes before any change: without a case, the target is scanned into one. */
async function caseOf({ path, language }: Args): Promise<Case> {
  if (path !== undefined && !isTarget(path)) return readCase(path);
  const out = presetFolder(printableText(path ?? hostname()), new Date(), process.cwd());
  const code = await scanCommand({
    command: 'scan',
    target: path,
    json: undefined,
    out,
    writeCase: true,
    interval: 3,
    seen: [],
    config: undefined,
    active: false,
    thorough: false,
    integrity: undefined,
    persistence: true,
    keepSecrets: false,
    logs: true,
    ask: false,
    language,
  });
  if (code === exitFailed)
    throw new DemineError('case-unreadable', 'the case holds no scan', { subject: out });
  return readCase(out);
}

/** Of a case, or of a target that is looked at for this: nothing is changed, so nothing has to be kept. */
async function resultOf({ path, language }: Args): Promise<ScanResult> {
  if (path !== undefined && !isTarget(path)) return readCase(path).result;
  const options = lookOptions({ language, interval: 3, keepSecrets: false, config: undefined });
  return (await runScan(path, options)).result;
}

/** @throws DemineError `contain-unavailable` */
function mustWork<T>(answer: Answer<T>): T {
  if (answer.status === 'ok') return answer.value;
  const detail =
    answer.status === 'denied' && answer.reason === 'EPERM'
      ? 'it takes the rights of root (CAP_NET_ADMIN)'
      : answer.reason;
  throw new DemineError('contain-unavailable', detail);
}

/** Seconds after which a scan may say little of what a miner does now. */
const freshSeconds = 3600;

class Run {
  readonly #args: Args;
  readonly #native: Native;
  readonly #firewall: Answer<Firewall>;
  readonly #screen: ContainScreen;
  readonly #case: Case | undefined;
  #ledger: Ledger | undefined;
  #code = 0;

  constructor(args: Args, native: Native, opened: Case | undefined) {
    this.#args = args;
    this.#native = native;
    this.#case = opened;
    this.#firewall = chooseFirewall();
    this.#screen = new ContainScreen(viewOf(args.language));
  }

  #ledgerPath(): string | undefined {
    return this.#case === undefined ? undefined : join(this.#case.folder, ledgerName);
  }

  /** @throws DemineError of the ledger */
  #open(): Ledger | undefined {
    const path = this.#ledgerPath();
    if (path !== undefined) this.#ledger ??= openLedger(path);
    return this.#ledger;
  }

  #held() {
    const path = this.#ledgerPath();
    return path === undefined ? [] : heldMembers(ledgerEntries(path), bootIdOf(this.#native));
  }

  #commandFor(options: string): string {
    const folder = this.#case === undefined ? '' : ` ${shellWord(this.#case.folder)}`;
    return `demine contain${folder} ${options}`;
  }

  #standing(): void {
    const answer = this.#firewall.status === 'ok' ? this.#firewall.value.standing() : passOn(this.#firewall);
    showStanding(this.#screen, answer, this.#held().length, new Date());
  }

  #age(opened: Case): void {
    const seconds = (Date.now() - Date.parse(opened.result.finished)) / 1000;
    const { texts } = this.#screen;
    if (seconds > freshSeconds) this.#screen.item(texts.oldScan({ age: texts.duration(seconds) }), 'yellow');
  }

  #contain(opened: Case, mode: Containment['mode']): void {
    const { containment, found } = planContainment(this.#native, opened.result, {
      mode,
      keep: this.#args.keep,
      keepNone: this.#args.keepNone,
      pid: process.pid,
      environment: process.env,
    });
    const { texts } = this.#screen;
    this.#screen.head(texts.heads.plan);
    if (this.#firewall.status === 'ok' && this.#firewall.value.kind === 'iptables')
      this.#screen.item(texts.byFallback, 'yellow');
    if (found !== undefined && !isEmpty(containment)) showTargets(this.#screen, found);
    if (containment.mode === 'isolate') {
      showIsolation(this.#screen, containment);
      showCutOff(this.#screen, networkMounts(this.#native), hasNetworkDisks());
    }
    if (isEmpty(containment)) {
      this.#screen.item(texts.nothing, 'yellow');
      this.#code = exitNothing;
    }
    const { seconds } = this.#args;
    if (!isEmpty(containment)) {
      this.#screen.item(
        seconds === undefined ? texts.forEver : texts.forSeconds({ time: texts.duration(seconds) }),
      );
      this.#age(opened);
    }
    if (found !== undefined) showLeft(this.#screen, found);
    if (isEmpty(containment)) return;
    if (!this.#args.yes) {
      this.#screen.head(texts.heads.exactly);
      const shown = this.#firewall.status === 'ok' ? this.#firewall.value : nftFirewall();
      this.#screen.exact(shown.text(containment, seconds === undefined ? undefined : seconds * 1000));
      return;
    }
    const firewall = mustWork(this.#firewall);
    const ledger = this.#open();
    if (ledger === undefined) throw new DemineError('internal', 'a containment without a case');
    mustWork(setContainment(firewall, ledger, containment, seconds));
    this.#screen.head(texts.heads.result);
    this.#screen.item(texts.done, 'green');
    // As the kernel has it now, and not as we meant it.
    showState(this.#screen, firewall.standing(), new Date());
    if (seconds !== undefined) this.#screen.command(texts.toConfirm, this.#commandFor('--confirm --yes'));
    this.#screen.command(texts.toLift, this.#commandFor('--lift --yes'));
  }

  #confirm(): void {
    const { texts } = this.#screen;
    if (!this.#args.yes) return;
    const done = mustWork(confirmContainment(mustWork(this.#firewall), this.#open()));
    this.#screen.head(texts.heads.result);
    this.#screen.item(
      done === 'confirmed' ? texts.confirmed : texts.over,
      done === 'confirmed' ? 'green' : 'yellow',
    );
    if (done === 'over') this.#code = exitNothing;
  }

  #lift(): void {
    if (!this.#args.yes) return;
    mustWork(liftContainment(mustWork(this.#firewall), this.#open()));
    this.#screen.head(this.#screen.texts.heads.result);
    this.#screen.item(this.#screen.texts.lifted, 'green');
  }

  async #freeze(opened: Case): Promise<void> {
    const { texts } = this.#screen;
    showMembers(this.#screen, opened.members);
    if (opened.members.length === 0 || opened.result.host.bootId !== bootIdOf(this.#native)) {
      this.#screen.item(opened.members.length === 0 ? texts.nobody : texts.otherBoot, 'yellow');
      this.#code = exitNothing;
      return;
    }
    if (!this.#args.yes) return;
    const ledger = this.#open();
    if (ledger === undefined) throw new DemineError('internal', 'a freeze without a case');
    const world = { native: this.#native, signals: liveSignals(), self: process.pid };
    const outcome = await freezeMembers(opened.members, world, ledger, bootIdOf(this.#native));
    this.#screen.head(texts.heads.result);
    showFrozen(this.#screen, outcome);
    this.#screen.command(texts.toThaw, this.#commandFor('--thaw --yes'));
    if (outcome.left.some(({ why }) => why === 'denied' || why === 'still-runs')) this.#code = exitFailed;
  }

  #thaw(): void {
    const { texts } = this.#screen;
    const held = this.#held();
    if (held.length === 0) {
      this.#screen.item(texts.nobodyHeld);
      this.#code = exitNothing;
    }
    const ledger = this.#args.yes && held.length > 0 ? this.#open() : undefined;
    if (ledger === undefined) return;
    const outcome = thawMembers(held, { native: this.#native, signals: liveSignals() }, ledger);
    this.#screen.head(texts.heads.result);
    this.#screen.item(texts.thawed({ count: outcome.thawed.length }), 'green');
    if (outcome.left.some(({ why }) => why === 'denied')) {
      this.#screen.item(texts.stillHeld, 'red');
      this.#code = exitFailed;
    }
  }

  async run(): Promise<number> {
    const { mode, confirm, lift, freeze, thaw, yes } = this.#args;
    const opened = this.#case;
    try {
      this.#standing();
      if (mode !== undefined && opened !== undefined) this.#contain(opened, mode);
      if (confirm && mode === undefined) this.#confirm();
      if (lift) this.#lift();
      if (freeze && opened !== undefined) await this.#freeze(opened);
      if (thaw) this.#thaw();
      const asks = mode !== undefined || confirm || lift || freeze || thaw;
      if (asks && !yes && this.#code === 0) {
        this.#screen.line();
        this.#screen.line({ text: this.#screen.texts.dry, style: 'bold' });
      }
      if (!asks && opened !== undefined)
        this.#screen.command(this.#screen.texts.proposed, this.#commandFor('--block'));
    } finally {
      this.#ledger?.close();
      await write(this.#screen.text());
    }
    return this.#code;
  }
}

export async function containCommand(args: Args): Promise<number> {
  const { path, mode, freeze, thaw, print } = args;
  if (print !== undefined) {
    const result = await resultOf(args);
    const { addresses, names } = findTargets(result, sparedOf(result));
    const block = { addresses: addresses.map(({ value }) => value), names: names.map(({ value }) => value) };
    await write(printBlock(print, block, new Date()));
    return block.addresses.length + block.names.length === 0 ? exitNothing : 0;
  }
  const native = liveNative();
  const needsCase = path !== undefined || mode !== undefined || freeze || thaw;
  const opened = needsCase ? await caseOf(args) : undefined;
  if (opened !== undefined) mustBeThisHost(native, opened.folder, opened.result);
  return await new Run(args, native, opened).run();
}
