import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { speak, type Language } from '../words/words.js';

/** Names the other language in that language, for those who cannot read this one. */
const OTHER: Record<Language, { language: Language; name: string }> = {
  en: { language: 'zh-CN', name: '中文' },
  'zh-CN': { language: 'en', name: 'English' },
};

export function LanguageButton() {
  const { i18n } = useTranslation('shell');
  const { language, name } = OTHER[i18n.language as Language];
  return (
    <Button
      variant="subtle"
      color="gray"
      c="inherit"
      h={44}
      px="sm"
      lang={language}
      onClick={() => void speak(language)}
    >
      {name}
    </Button>
  );
}
