/**
 * Whether a stack of PAM lets somebody in who can prove nothing.
 *
 * Why: `pam_permit` stands in honest stacks too, where it is reached only after a real module agreed; one changed
 * control, or a deny that was taken out, makes it the key to the house. So the stack is walked as libpam walks it, for
 * somebody whom every real module refuses.
 * What it is NOT: libpam; modules that only prepare (pam_env, pam_nologin) have no opinion here, so a stack is called
 * open only where pam_permit itself opens it.
 * Sources: pam.d(5); Linux-PAM libpam/pam_dispatch.c (impressions, jumps, substacks). Bounds: 16 files deep, 4,000
 * lines.
 */
import { type PamAction, type PamLine, type PamType, parsePamControl } from './pam-config.ts';

export type PamOpinion = 'permits' | 'refuses' | 'none';
export type PamFiles = (name: string) => readonly PamLine[] | undefined;

const deepest = 16;
const mostSteps = 4_000;

const prepares: ReadonlySet<string> = new Set(
  [
    ...['env', 'faildelay', 'nologin', 'securetty', 'shells', 'group', 'keyinit', 'motd', 'mail', 'echo'],
    ...['exec', 'tally', 'tally2', 'warn', 'access', 'time', 'listfile', 'succeed_if', 'issue', 'lastlog'],
    ...['umask', 'selinux', 'limits', 'loginuid', 'systemd', 'gnome_keyring', 'kwallet', 'kwallet5', 'cap'],
    ...['ecryptfs', 'mount', 'ck_connector', 'namespace', 'xauth', 'mkhomedir'],
  ].map((name) => `pam_${name}`),
);

export const pamModuleName = (name: string): string => name.replace(/^.*\//, '').replace(/\.so.*$/, '');

/** What a module says to somebody who can prove nothing. */
export function opinionOf({ name, args }: PamLine): PamOpinion {
  const module = pamModuleName(name);
  if (module === 'pam_permit') return 'permits';
  if (prepares.has(module)) return 'none';
  return module === 'pam_faillock' && args.includes('preauth') ? 'none' : 'refuses';
}

type Step = PamLine | { readonly sub: readonly Step[] };
const isLine = (step: Step): step is PamLine => 'kind' in step;

class Walk {
  impression: 'none' | 'positive' | 'negative' = 'none';
  /** The first line that permits and was heard. */
  opened: PamLine | undefined;
  #steps = 0;
  readonly #files: PamFiles;
  readonly #type: PamType;

  constructor(files: PamFiles, type: PamType) {
    this.#files = files;
    this.#type = type;
  }

  /** Lines of one type with what they include; a substack stays one step. */
  steps(lines: readonly PamLine[], depth: number): readonly Step[] {
    return lines.flatMap((line): readonly Step[] => {
      if (line.type !== this.#type && line.type !== 'every') return [];
      this.#steps += 1;
      if (this.#steps > mostSteps || depth > deepest) return [];
      if (line.kind === 'module') return [line];
      const inner = this.steps(this.#files(line.name) ?? [], depth + 1);
      return line.kind === 'substack' ? [{ sub: inner }] : inner;
    });
  }

  run(steps: readonly Step[]): void {
    for (let at = 0; at < steps.length; ) {
      const step = steps[at];
      at += 1;
      if (step === undefined) return;
      if (!isLine(step)) {
        this.run(step.sub);
        continue;
      }
      const opinion = opinionOf(step);
      const action = actionOn(step, opinion);
      if (typeof action === 'number') {
        if (opinion === 'permits') this.opened ??= step;
        at += action;
      } else if (this.#act(action, opinion, step)) return;
    }
  }

  /** @returns true where the stack ends here */
  #act(action: Exclude<PamAction, number>, opinion: PamOpinion, step: PamLine): boolean {
    const permits = opinion === 'permits';
    if (action === 'bad' || action === 'die') {
      this.impression = 'negative';
      return action === 'die';
    }
    if (action === 'reset') this.impression = 'none';
    if ((action !== 'ok' && action !== 'done') || opinion === 'none') return false;
    if (permits) this.opened ??= step;
    // A refusal that is taken for an answer refuses the whole, whatever agreed before.
    if (!permits) this.impression = 'negative';
    else if (this.impression === 'none') this.impression = 'positive';
    return action === 'done' && this.impression === 'positive';
  }
}

function actionOn(line: PamLine, opinion: PamOpinion): PamAction {
  const control = parsePamControl(line.control);
  if (control === undefined) return 'bad';
  return opinion === 'permits' ? control.success : opinion === 'none' ? control.ignore : control.failure;
}

/** The line that lets anybody in, or nothing where the stack refuses. */
export function openingLine(lines: readonly PamLine[], type: PamType, files: PamFiles): PamLine | undefined {
  const walk = new Walk(files, type);
  walk.run(walk.steps(lines, 0));
  return walk.impression === 'positive' ? walk.opened : undefined;
}
