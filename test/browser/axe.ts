import AxeBuilder from '@axe-core/playwright';

import type { Kit } from './kit';

/**
 * Findings in what we put on screen; what the application itself shows is not
 * ours to mend.
 */
export async function seriousFindings(
  kit: Kit,
  selector: string
): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page: kit.page as any })
    .include(selector)
    .analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
}
