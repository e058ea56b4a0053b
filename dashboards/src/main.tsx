import './live/no-eval.ts';
import { render } from 'preact';
import { Page } from './components/page.tsx';
import { enterAsKiosk } from './live/kiosk.ts';
import { followLinks } from './live/link.ts';
import { askSession, followSession } from './live/session.ts';
import { followAccount } from './live/sites.ts';
import 'uplot/dist/uPlot.min.css';
import './styles/tokens.css';
import './styles/parts.css';
import './styles/mast.css';
import './styles/banner.css';
import './styles/room.css';
import './styles/tiles.css';
import './styles/board.css';
import './styles/curve.css';
import './styles/callout.css';
import './styles/calling.css';
import './styles/sources.css';
import './styles/points.css';
import './styles/front.css';
import './styles/account.css';

followAccount();
followSession();
if (!followLinks((token) => void enterAsKiosk(token))) void askSession();

const root = document.querySelector('#page');
if (root !== null) render(<Page />, root);
