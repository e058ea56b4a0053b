import { gravest } from '../src/core/level.ts';
import type { Level } from '../src/core/level.ts';
import { initialRuleState, step } from './engine.ts';
import type { JudgedReading } from './judged-reading.ts';
import type { Rule } from './rule.ts';

export interface Replayed {
  /** The gravest verified level that was held at any time. */
  readonly reached: Level;
  /** The verified level that would stand now. */
  readonly stands: Level;
}

/**
 * What a target's level would have been had its late readings come in their turn: the readings of its sensor in the order
 * in which they were measured, late ones among them, judged by the very same engine. What is unverified counts as what is
 * verified beneath it.
 */
export function replayLate(rule: Rule, readings: readonly JudgedReading[]): Replayed {
  let state = initialRuleState;
  let reached: Level = 'normal';
  for (const reading of readings) {
    state = step(rule, state, reading).next;
    reached = gravest([reached, state.doubt?.base ?? state.level]);
  }
  return { reached, stands: state.doubt?.base ?? state.level };
}
