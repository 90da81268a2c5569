import { describe, expect, test } from 'bun:test';
import { nextSteps, shellWord } from './next-steps.ts';
import { cleanResult, inconclusiveResult, miningResult, suspiciousResult } from './result.fixture.ts';

const ids = (steps: ReturnType<typeof nextSteps>): readonly string[] => steps.map((step) => step.id);

describe('next steps', () => {
  test('a running miner: isolate first, keep the evidence, then look', () => {
    const steps = nextSteps(miningResult, { reportPath: "cases/w'b/report.html" });
    expect(ids(steps)).toEqual(['isolate', 'contain', 'plan', 'read-report']);
    expect(steps[2]?.command).toBe(`demine plan 'cases/w'\\''b'`);
    expect(steps[1]?.command).toBe(`demine contain 'cases/w'\\''b' --block --freeze`);
    expect(ids(nextSteps(miningResult))).toEqual(['isolate', 'keep-evidence', 'look-at-process']);
  });

  test('a suspect: look at it, watch longer, or declare it', () => {
    expect(nextSteps(suspiciousResult)[0]).toEqual({ id: 'look-at-process', command: 'demine ps 5230' });
    expect(ids(nextSteps(suspiciousResult))).toEqual(['look-at-process', 'watch-longer', 'declare']);
  });

  test('inconclusive names the cause: no root, or inside a container', () => {
    expect(ids(nextSteps(inconclusiveResult))).toEqual(['as-root', 'from-host']);
    const onHost = { ...inconclusiveResult, host: { ...miningResult.host } };
    expect(ids(nextSteps(onHost))).toEqual(['watch-longer']);
  });

  test('clean: nothing, unless an alert named this host', () => {
    expect(ids(nextSteps(cleanResult))).toEqual(['nothing']);
    const alerted = { ...cleanResult, options: { ...cleanResult.options, seen: ['192.0.2.7'] } };
    expect(ids(nextSteps(alerted))).toEqual(['nothing', 'watch-longer']);
  });

  test('clean inside a container: the rest of the host was not seen', () => {
    const inside = { ...cleanResult, host: { ...cleanResult.host, scope: 'container' as const } };
    expect(ids(nextSteps(inside))).toEqual(['from-host']);
  });

  test('an image is never told to run commands on live processes', () => {
    const image = { ...miningResult, host: { ...miningResult.host, scope: 'files' as const } };
    expect(ids(nextSteps(image))).toEqual(['isolate', 'keep-evidence']);
  });

  test('a path with a quote in it stays one word of the shell', () => {
    expect(shellWord("a b'c")).toBe(`'a b'\\''c'`);
    expect(shellWord('/mnt/image-1')).toBe('/mnt/image-1');
  });
});
