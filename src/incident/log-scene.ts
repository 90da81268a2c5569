/**
 * The scene of a host of which nothing is left but its logs: what its scheduler ran, and what was typed, judged as
 * entries are.
 *
 * A job's first run dates it where the log of its run began well before (a job that runs every minute was there before a
 * log whose first minute shows it), or where its account's table was written just before. Typed commands count only where they are a miner's or a shell handed out: administrators pipe
 * downloads into shells too. What it is NOT: files; none was seen, so none of these times is
 * one of an inode, and by them a way in is `probable` at most.
 * Bounds: 2,000 jobs, 1,000 commands, 1,000 characters of each. Units: microseconds UTC.
 */
import { judge } from '../detect/judge.ts';
import { type JudgedEntry, judgeEntries } from '../detect/persistence/judge-entries.ts';
import type { ReasonId } from '../messages/persistence.ts';
import { emptyConfig } from '../model/config.ts';
import { FactSet } from '../model/fact.ts';
import type { CommandEvent, JobEvent, LogEvent, TableEvent } from '../model/facts/event.ts';
import type { PersistenceFact } from '../model/facts/persistence.ts';
import type { SourceId } from '../model/source.ts';
import { type Printable, printableText } from '../model/text.ts';
import { Bounded } from './entry/bounded.ts';
import { type Kept, keep } from './entry/kept.ts';
import type { Scene } from './scene.ts';
import { sceneOf } from './scene-of.ts';

const mostJobs = 2_000;
const mostCommands = 1_000;
const mostTables = 1_000;
const mostWritten = 16;
const mostLogs = 4_000;
const longestCommand = 1_000;
const dayUs = 86_400e6;
/** Beyond the usual time between two runs: hosts are busy. */
const slackUs = 600e6;
/** Between the writing of a table and the first minute of which the scheduler takes note. */
const noticedUs = 120e6;

/** What no administrator types by himself. */
const grave: ReadonlySet<ReasonId> = new Set([
  'miner-command',
  'family-mark',
  'reverse-shell',
  'decode-and-run',
]);

interface Run {
  readonly account: Printable;
  readonly command: Printable;
  readonly first: Kept;
  /** The next after the first; infinity where it ran once. */
  readonly nextUs: number;
}

/** A copy of its own: a slice would hold the whole line. */
const own = (text: Printable): Printable =>
  text.length <= longestCommand
    ? text
    : printableText(Buffer.from(text.slice(0, longestCommand)).toString('latin1'));

function ran(known: Run | undefined, event: JobEvent | CommandEvent): Run {
  if (known === undefined) {
    const { account, command } = event;
    return {
      account: own(account),
      command: own(command),
      first: keep(event),
      nextUs: Number.POSITIVE_INFINITY,
    };
  }
  const { us } = event;
  if (us < known.first.us) return { ...known, first: keep(event), nextUs: known.first.us };
  // Lines of one run stand at one time.
  return us > known.first.us && us < known.nextUs ? { ...known, nextUs: us } : known;
}

const factOf = ({ account, command, first }: Run): PersistenceFact => ({
  kind: 'persistence',
  source: first.source,
  mechanism: 'cron-user',
  user: account,
  trigger: printableText(''),
  command,
  language: 'shell',
  body: [],
  active: true,
  marks: [],
  text: first.text,
});

const keyOf = ({ source, line, offset }: PersistenceFact['source']): string =>
  `${source}\n${line ?? ''}\n${offset ?? ''}`;

export class LogScene {
  readonly #jobs = new Bounded<string, Run>(mostJobs);
  readonly #commands = new Bounded<string, Run>(mostCommands);
  /** When tables were written, by whose they are. */
  readonly #tables = new Bounded<string, readonly number[]>(mostTables);
  /** When each log begins: what its scheduler runs would stand there from then on. */
  readonly #begins = new Bounded<SourceId, number>(mostLogs);

  #source: SourceId | undefined;
  #sourceUs = Number.POSITIVE_INFINITY;

  see(event: LogEvent): void {
    const {
      us,
      source: { source },
    } = event;
    // Millions of lines of one log go forward.
    if (source !== this.#source || us < this.#sourceUs) {
      this.#source = source;
      this.#begins.update(source, (known) => {
        this.#sourceUs = known !== undefined && known <= us ? known : us;
        return this.#sourceUs;
      });
    }
    if (event.what === 'job') this.#add(this.#jobs, event);
    else if (event.what === 'table') this.#table(event);
    else if (event.what === 'command') this.#add(this.#commands, event);
  }

  #table({ us, action, table }: TableEvent): void {
    if (action !== 'replaced' && action !== 'reloaded') return;
    // Tables of the system have a path and lines of any account.
    const whose = table.startsWith('/') || table.startsWith('*') ? '' : table.slice(0, 256);
    this.#tables.update(whose, (known = []) => [...known.slice(-(mostWritten - 1)), us]);
  }

  #add(runs: Bounded<string, Run>, event: JobEvent | CommandEvent): void {
    const key = `${event.account}\n${event.command.slice(0, longestCommand)}`;
    runs.update(key, (known) => ran(known, event));
  }

  /** The log begins well before it: had it been there, an earlier run would stand in it; or it was written just then. */
  #isDated({ account, first, nextUs }: Run): boolean {
    const isSeenAgain = Number.isFinite(nextUs);
    const usual = isSeenAgain ? nextUs - first.us : dayUs;
    const before = first.us - (this.#begins.get(first.source.source) ?? first.us);
    if (before > usual + slackUs) return true;
    if (isSeenAgain && before < usual) return false;
    const written = [...(this.#tables.get(account) ?? []), ...(this.#tables.get('') ?? [])];
    return written.some((us) => us <= first.us && first.us - us <= usual + noticedUs);
  }

  conclude(nowUs: number): Scene {
    const context = { config: emptyConfig, nowUs, interval: 0 };
    const jobs = [...this.#jobs.entries()].map(([, run]) => run);
    const commands = [...this.#commands.entries()].map(([, run]) => run);
    const facts = new FactSet();
    facts.addAll(jobs.map(factOf));
    const typed = new FactSet();
    typed.addAll(commands.map(factOf));
    const isGrave = ({ reasons }: JudgedEntry): boolean => reasons.some(({ id }) => grave.has(id));
    const judgement = judge(facts, context, []);
    const scene = sceneOf(facts, {
      ...judgement,
      persistence: [...judgement.persistence, ...judgeEntries(typed, context).filter(isGrave)],
    });
    const dated = new Map<string, number>();
    for (const run of jobs) if (this.#isDated(run)) dated.set(keyOf(run.first.source), run.first.us);
    for (const { first } of commands) dated.set(keyOf(first.source), first.us);
    return {
      ...scene,
      entries: scene.entries.map((entry) => {
        const changedUs = dated.get(keyOf(entry.source));
        return changedUs === undefined ? entry : { ...entry, changedUs, ungrounded: true };
      }),
    };
  }
}
