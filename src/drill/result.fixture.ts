/** Results of a scan for the tests of the drill. */
import type { ResultFinding, ScanResult } from '../model/result.ts';

export function finding(
  given: Pick<ResultFinding, 'rule' | 'severity'> & { readonly pid?: number },
): ResultFinding {
  const texts = { title: given.rule, explanation: '' };
  return {
    id: 'F1',
    confidence: 90,
    technique: 'T1496',
    bearing: 'proof',
    witness: 'registers',
    ...texts,
    texts: { en: texts, 'zh-CN': texts },
    evidence: [],
    benign: [],
    ...given,
  };
}

export function result(verdict: ScanResult['verdict'], findings: ResultFinding[]): ScanResult {
  return {
    schema: 'demine-result/1.2',
    tool: { name: 'demine', version: '0' },
    language: 'en',
    started: '2026-01-01T00:00:00Z',
    finished: '2026-01-01T00:00:01Z',
    options: {
      target: '/',
      interval: 0,
      active: false,
      thorough: false,
      keepSecrets: false,
      seen: [],
    },
    host: {
      name: 'host',
      machineId: '',
      bootId: '',
      os: '',
      kernel: '',
      architecture: 'x64',
      cores: 1,
      clockOffset: 0,
      scope: 'host',
      privileged: true,
    },
    verdict,
    state: 'none',
    why: [],
    score: 0,
    coverage: [],
    findings,
    miners: [],
    processes: [],
    sockets: [],
    exposure: [],
    persistence: [],
    sources: [],
    excused: [],
    actions: [],
    recovered: [],
  };
}
