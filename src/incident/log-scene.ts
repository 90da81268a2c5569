/**
 * The scene of a host of which nothing is left but its logs: what its scheduler ran, and what was typed, judged as
 * entries are.
 *
 * A job's first run dates it where the log began well before: a job that runs every minute was there before a log whose
 * first minute shows it. Typed commands count only where they are a miner's or a shell handed out: administrators pipe
 * downloads into shells too. What it is NOT: files; none was seen, so nothing of this is certain by inode times.
 * Bounds: 2,000 jobs, 1,000 commands, 1,000 characters of each. Units: microseconds UTC.
 */
import { judge } from '../detect/judge.ts';
import { type JudgedEntry, judgeEntries } from '../detect/persistence/judge-entries.ts';
import type { ReasonId } from '../messages/persistence.ts';
import { emptyConfig } from '../model/config.ts';
import { FactSet } from '../model/fact.ts';
import type { CommandEvent, JobEvent, LogEvent } from '../model/facts/event.ts';
import type { PersistenceFact } from '../model/facts/persistence.ts';
import { type Printable, printableText } from '../model/text.ts';
import { Bounded } from './entry/bounded.ts';
import { type Kept, keep } from './entry/kept.ts';
import type { Scene } from './scene.ts';
import { sceneOf } from './scene-of.ts';

const mostJobs = 2_000;
const mostCommands = 1_000;
const longestCommand = 1_000;
const dayUs = 86_400e6;
/** Beyond the usual time between two runs: hosts are busy, and switched off. */
const slackUs = 3_600e6;

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
  #firstJobUs = Number.POSITIVE_INFINITY;

  see(event: LogEvent): void {
    if (event.what === 'job') {
      this.#firstJobUs = Math.min(this.#firstJobUs, event.us);
      this.#add(this.#jobs, event);
    } else if (event.what === 'command') this.#add(this.#commands, event);
  }

  #add(runs: Bounded<string, Run>, event: JobEvent | CommandEvent): void {
    const key = `${event.account}\n${event.command.slice(0, longestCommand)}`;
    runs.update(key, (known) => ran(known, event));
  }

  /** The log begins well before it: had it been there, an earlier run would stand in it. */
  #isDated({ first, nextUs }: Run): boolean {
    const usual = Number.isFinite(nextUs) ? nextUs - first.us : dayUs;
    return first.us - this.#firstJobUs > usual + slackUs;
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
        return changedUs === undefined ? entry : { ...entry, changedUs };
      }),
    };
  }
}
