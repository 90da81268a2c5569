/**
 * Clean or rebuild, answered before anything else, with reasons.
 *
 * Rebuild where no cleaning can be trusted: the kernel lies, or what checks logins was replaced, or somebody was root
 * and nobody knows how he came in. Source: knowledge on eradication §6.1 step 0 and the advice that it cites.
 */
import type { DecisionReason, PlanDecision } from '../../model/plan.ts';
import type { ResultPersistence, ScanResult } from '../../model/result.ts';
import type { Printable } from '../../model/text.ts';
import { printableOf } from './printable-of.ts';
import type { Signals } from './signals.ts';

const kernelRules = /^(?:hidden\.module|kernel\.listing-hooked)$/;
const kernelEntries: ReadonlySet<string> = new Set(['kernel-module-file', 'dkms', 'initramfs-hook']);
/** What stands between a password and a login. */
const loginProgram =
  /\/(?:sshd(?:-session|-auth)?|login|su|sudo|passwd|agetty|unix_chkpwd|pam_[\w-]+\.so|libpam[\w.-]*\.so[\d.]*|libc\.so\.6|ld-linux[\w.-]*|systemd)$/;

const grave = ({ judgement }: ResultPersistence): boolean =>
  judgement === 'malicious' || judgement === 'suspicious';

export function decide(
  result: ScanResult,
  signals: Signals,
  actionable: readonly ResultPersistence[],
): PlanDecision {
  const reasons: { id: DecisionReason; subjects: Printable[] }[] = [];
  const add = (id: DecisionReason, subjects: readonly string[]): boolean => {
    reasons.push({ id, subjects: [...new Set(subjects)].slice(0, 10).map(printableOf) });
    return true;
  };
  const kernel = [
    ...result.findings.filter(({ rule }) => kernelRules.test(rule)).map(({ id }) => id),
    ...actionable.filter(({ mechanism }) => kernelEntries.has(mechanism)).map(({ source }) => source),
  ];
  const changed = result.persistence.filter(
    (row) => grave(row) && (row.mechanism === 'changed-tool' || row.mechanism === 'changed-library'),
  );
  const login = changed.map(({ source }) => source).filter((source) => loginProgram.test(source));
  const asRoot = [
    ...signals.miners
      .filter(({ user, container }) => user === 'root' && container === undefined)
      .map(({ exe }) => exe),
    ...actionable.filter(({ user }) => user === 'root').map(({ source }) => source),
  ];
  const waysIn = (result.entry ?? []).filter(({ grade }) => grade !== 'possible');
  const isKnown = waysIn.length > 0;
  const found = signals.miners.length > 0 || actionable.length > 0;
  let rebuild = false;
  if (kernel.length > 0) rebuild = add('kernel-level', kernel);
  if (login.length > 0) rebuild = add('login-programs-changed', login);
  if (found && asRoot.length > 0 && !isKnown) rebuild = add('root-and-way-in-unknown', asRoot);
  if (found && asRoot.length === 0 && !isKnown) add('way-in-unknown', []);
  const others = changed.map(({ source }) => source).filter((source) => !login.includes(source));
  if (others.length > 0) add('system-programs-changed', others);
  const hooked = actionable.filter(({ mechanism }) => mechanism === 'ld-preload').map(({ source }) => source);
  if (hooked.length > 0) add('loader-hooked', hooked);
  const unchecked = result.coverage
    .filter(({ checked, required }) => required && !checked)
    .map(({ id }) => id);
  if (unchecked.length > 0) add('not-all-checked', unchecked);
  if (!found) add('no-miner-found', []);
  if (found && asRoot.length === 0) add('user-level', []);
  if (found && isKnown)
    add(
      'way-in-known',
      waysIn.map(({ vector }) => vector),
    );
  return { answer: rebuild ? 'rebuild' : 'clean', reasons };
}
