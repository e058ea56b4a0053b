import { it } from 'vitest';
import { MqttLine } from '../../../src/contract/acquire/mqtt-config.ts';
import { expectReadmeTellsKeys } from '../../support/adapter-readme.ts';

it('the guide says what the schema says', async () => {
  await expectReadmeTellsKeys('mqtt', MqttLine);
});
