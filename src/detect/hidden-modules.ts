/**
 * Kernel modules that hide, and traces of them.
 *
 * What: a module missing from /proc/modules or /sys/module while another view shows it; a link count of
 * /sys/module above its listing; taint of a foreign module that no listed module explains.
 * Why: a module rootkit removes itself from the lists first; everything else it hides follows from it.
 * What it is NOT: a judgement of foreign modules. Drivers (nvidia, zfs, virtualbox) taint the kernel openly.
 * Symbols that only look like modules (`bpf`, `__builtin__kprobes`) are the kernel's own.
 * Sources: linux-hiding §3.4; kernel include/linux/panic.h (TAINT_OOT_MODULE 12, TAINT_UNSIGNED_MODULE 13).
 */
import type { FactSet } from '../model/fact.ts';
import type { ModuleFact } from '../model/facts/kernel.ts';
import type { Finding } from '../model/finding.ts';
import { phrase, printableText } from '../model/text.ts';
import { type Analyzer, finding } from './analyzer.ts';

const outOfTree = 1 << 12;
const unsigned = 1 << 13;

/** Findings of single modules: a kernel that shows more is made to flood whoever reads. */
const mostFindings = 64;

const common = { technique: 'T1014', bearing: 'hides', subject: { kind: 'host' } } as const;

function isPseudoModule(fact: ModuleFact): boolean {
  return fact.name === 'bpf' || fact.name.startsWith('__builtin__');
}

function hiddenModule(fact: ModuleFact): Finding | undefined {
  const listMissing = fact.missingFrom.filter((view) => view === 'proc-modules' || view === 'sysfs');
  if (listMissing.length === 0 || fact.seenBy.length === 0 || isPseudoModule(fact)) return undefined;
  const seen = fact.seenBy.join(', ');
  const missing = listMissing.join(', ');
  return finding(
    'hidden.module',
    { module: fact.name, missing, seen },
    {
      ...common,
      severity: 'high',
      confidence: fact.seenBy.length >= 2 || listMissing.length >= 2 ? 95 : 85,
      witness: 'view',
      evidence: [
        {
          ...fact.source,
          text: phrase`module ${fact.name}: shown by ${printableText(seen)}; missing from ${printableText(missing)}`,
        },
      ],
      benign: ['short-lived'],
    },
  );
}

/** The last of those that are kept says how many there are beside it; all stand in the case. */
function bounded(findings: readonly Finding[]): readonly Finding[] {
  const last = findings[mostFindings - 1];
  if (last === undefined || findings.length === mostFindings) return findings;
  const [first] = last.evidence;
  const rest = printableText(`and ${findings.length - mostFindings} modules more`);
  const evidence = first === undefined ? last.evidence : [...last.evidence, { ...first, text: rest }];
  return [...findings.slice(0, mostFindings - 1), { ...last, evidence }];
}

function unexplainedTaint(facts: FactSet): Finding | undefined {
  const modules = facts.of('module');
  const [taint] = facts.of('taint');
  // Without a module list there is nothing to explain it by.
  if (taint === undefined || modules.length === 0) return undefined;
  const explained = (letter: string): boolean => modules.some((fact) => fact.taint.includes(letter));
  const open =
    ((taint.mask & outOfTree) !== 0 && !explained('O')) || ((taint.mask & unsigned) !== 0 && !explained('E'));
  if (!open) return undefined;
  return finding(
    'kernel.taint-unexplained',
    { mask: taint.mask },
    {
      ...common,
      severity: 'low',
      confidence: 40,
      witness: 'kernel',
      evidence: [{ ...taint.source, text: taint.text }],
      benign: ['module-unloaded'],
    },
  );
}

export const hiddenModules: Analyzer = {
  id: 'hidden-modules',
  rules: ['hidden.module', 'hidden.module-count', 'kernel.taint-unexplained'],
  analyze(facts) {
    const counts = facts
      .of('directory-count')
      .filter((fact) => fact.counted > fact.listed)
      .map((fact) =>
        finding(
          'hidden.module-count',
          { counted: fact.counted, listed: fact.listed },
          {
            ...common,
            severity: 'high',
            confidence: 85,
            witness: 'view',
            evidence: [
              {
                ...fact.source,
                text: printableText(`${fact.counted} folders by link count, ${fact.listed} listed`),
              },
            ],
            benign: ['short-lived'],
          },
        ),
      );
    const modules = facts.of('module').flatMap((fact) => hiddenModule(fact) ?? []);
    const taint = unexplainedTaint(facts);
    return [...bounded(modules), ...counts, ...(taint === undefined ? [] : [taint])];
  },
};
