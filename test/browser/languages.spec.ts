import { expect, test } from './kit';

const TRANSLATION = '@jupyterlab/translation-extension:plugin';

/** What stands where, in each language. */
const TEXTS = [
  {
    locale: 'en',
    menu: 'Runtime',
    tooltip: 'Check GPU: insert a cell that checks the accelerator',
    titles: ['Mount Drive', 'Check GPU', 'Checkpoint & resume'],
    notice: '"Check GPU" is already in this notebook.',
    setting: 'Insert position',
    insert: 'Insert',
    misfit: 'Enter a number.',
    edit: 'Edit Snippet',
    broken: /^front matter, line 1: must start with a "# ---" line/
  },
  {
    locale: 'ko_KR',
    menu: '런타임',
    tooltip: 'GPU 확인: 어떤 가속기인지 알려 주는 셀을 삽입합니다',
    titles: ['드라이브 마운트', 'GPU 확인', '체크포인트 및 재개'],
    notice: '"GPU 확인"이(가) 이미 이 노트북에 있습니다.',
    setting: '셀 삽입 위치',
    insert: '삽입',
    misfit: '숫자여야 합니다.',
    edit: '스니펫 편집',
    broken: /^머리말, 1번째 줄: 스니펫은 "# ---" 줄/
  },
  {
    locale: 'zh_CN',
    menu: '运行时',
    tooltip: '检查 GPU：插入用于显示当前加速器的单元格',
    titles: ['装载云端硬盘', '检查 GPU', '检查点与恢复'],
    notice: '“检查 GPU”已在此笔记本中。',
    setting: '单元格插入位置',
    insert: '插入',
    misfit: '需要填写数字。',
    edit: '编辑代码片段',
    broken: /^文件头，第 1 行：代码片段以“# ---”行/
  },
  {
    locale: 'zh_TW',
    menu: '執行階段',
    tooltip: '檢查 GPU：插入用來顯示目前加速器的儲存格',
    titles: ['掛接雲端硬碟', '檢查 GPU', '檢查點與恢復'],
    notice: '「檢查 GPU」已在此筆記本中。',
    setting: '儲存格插入位置',
    insert: '插入',
    misfit: '需要填寫數字。',
    edit: '編輯程式碼片段',
    broken: /^檔案開頭，第 1 行：程式碼片段以「# ---」行/
  }
];

for (const texts of TEXTS) {
  test.describe(texts.locale, () => {
    // The server translates settings by its own setting, which galata's stand-in
    // for it does not have.
    test.use({ mockSettings: false });

    test('the interface is in the language', async ({ kit, page, shell }) => {
      test.skip(
        shell === 'notebook' && texts.locale !== 'ko_KR',
        'Notebook 7 takes the same texts from the same server: one language shows it'
      );
      const setLocale = async (locale: string): Promise<void> => {
        const response = await page.request.put(
          `/lab/api/settings/${TRANSLATION}`,
          { data: { raw: JSON.stringify({ locale }) } }
        );
        expect(response.ok()).toBe(true);
      };
      await setLocale(texts.locale);
      try {
        await kit.open({ cells: ['a = 1'], kernel: false });
        await expect(kit.button('gpu-check')).toHaveAttribute(
          'title',
          `${texts.tooltip} (Ctrl+Shift+F8)`
        );
        await expect(kit.button('snippets')).toHaveAttribute(
          'title',
          /\(F8\)$/
        );
        await expect(
          page.locator('#jp-menu-panel, #menu-panel').getByText(texts.menu, {
            exact: true
          })
        ).toBeVisible();

        await kit.button('snippets').click();
        const menu = page.locator('.jp-RuntimeKit-menu');
        for (const title of texts.titles) {
          await expect(menu.getByText(title, { exact: true })).toBeVisible();
        }
        await page.keyboard.press('Escape');

        const cell = page.locator('.jp-Notebook .jp-Cell').first();
        await cell.click({ button: 'right' });
        await expect(
          page
            .locator('.lm-Menu-item[data-type="submenu"]')
            .getByText(texts.menu, { exact: true })
        ).toBeVisible();
        await page.keyboard.press('Escape');

        // A form, and what it says of a value that does not fit.
        const dialog = page.getByRole('dialog');
        await kit.button('gpu-check').click({ modifiers: ['Alt'] });
        await expect(dialog.locator('.jp-Dialog-header')).toHaveText(
          texts.titles[1]
        );
        await dialog.getByLabel('MIN_MEMORY_GB').fill('lots');
        await dialog.getByRole('button', { name: texts.insert }).click();
        await expect(dialog.getByRole('alert')).toHaveText(texts.misfit);
        await page.keyboard.press('Escape');
        await expect(dialog).toHaveCount(0);

        // A dialog, with a message of the parser's, which knows no language.
        await kit.start('runtime-kit:new-snippet');
        await expect(dialog.locator('.jp-Dialog-header')).toHaveText(
          texts.edit
        );
        await dialog.locator('textarea').fill('a = 1');
        await dialog.locator('.jp-mod-accept').click();
        await expect(dialog.getByRole('alert')).toHaveText(texts.broken);
        await page.keyboard.press('Escape');
        await expect(dialog).toHaveCount(0);

        for (let time = 0; time < 2; time++) {
          await kit.execute('runtime-kit:insert-snippet', { id: 'gpu-check' });
        }
        await expect(page.getByText(texts.notice)).toBeVisible();

        if (shell === 'lab') {
          await kit.execute('settingeditor:open', { query: 'Runtime Kit' });
          await expect(
            page.locator('.jp-SettingsForm').getByText(texts.setting).first()
          ).toBeVisible();
        }
      } finally {
        await setLocale('default');
      }
    });
  });
}
