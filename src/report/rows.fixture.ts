/** Rows of results for tests, with what a test does not care about filled in. Addresses and wallets are made up. */
import type { ResultFinding, ResultProcess, ResultSocket } from '../model/result.ts';

/** 95 characters of Monero's alphabet; its checksum is wrong on purpose. */
export const madeUpWallet = `48${'demineExampLeWaLLetNotReaL'.replaceAll('l', 'L').repeat(4).slice(0, 92)}9`;

export const finished = '2026-11-23T19:31:09Z';
export const since = '2026-11-21T03:12:44Z';

export function processRow(row: Partial<ResultProcess> & { readonly pid: number }): ResultProcess {
  return {
    ppid: 1,
    startTime: '2026-11-02T08:00:12Z',
    name: 'sh',
    commandLine: '/bin/sh',
    exe: '/usr/bin/dash',
    user: 'root',
    uid: 0,
    state: 'S',
    kernelThread: false,
    cpu: 0,
    cpuTotal: 1,
    rss: 4_300_000,
    threads: 1,
    judgement: 'benign',
    score: 0,
    findings: [],
    ...row,
  };
}

export function socketRow(row: Partial<ResultSocket> & { readonly inode: number }): ResultSocket {
  return {
    transport: 'tcp',
    state: 'established',
    local: '10.0.2.15:40112',
    remote: '192.0.2.10:443',
    pids: [],
    uid: 0,
    namespace: 4026531840,
    seenBy: ['proc', 'netlink', 'descriptor'],
    ...row,
  };
}

interface Claim {
  readonly title: string;
  readonly explanation: string;
}

export function findingRow(
  id: string,
  en: Claim,
  zh: Claim,
  rest: Partial<ResultFinding> & Pick<ResultFinding, 'rule'>,
): ResultFinding {
  return {
    id,
    severity: 'medium',
    confidence: 60,
    technique: '',
    bearing: 'supports',
    witness: 'cpu',
    title: en.title,
    explanation: en.explanation,
    texts: { en, 'zh-CN': zh },
    evidence: [],
    benign: [],
    ...rest,
  };
}

export const shopContainer = {
  runtime: 'docker',
  id: '9f3c2b7e41d0a86c5b12f4e7d9a0c3b58e6f1a2d4c7b9e0f3a5d8c1b6e4f7a90',
  name: 'shop',
  image: 'nginx:1.25',
  restartPolicy: 'always',
  privileged: false,
};
