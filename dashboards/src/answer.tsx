import './live/no-eval.ts';
import { render } from 'preact';
import { AnswerPage } from './components/answer-page.tsx';
import './styles/tokens.css';
import './styles/parts.css';
import './styles/answer.css';

// The token stays in the address: whoever reloads, or comes back to the message, finds the same page.
const root = document.querySelector('#page');
if (root !== null) render(<AnswerPage token={window.location.hash.slice(1)} />, root);
