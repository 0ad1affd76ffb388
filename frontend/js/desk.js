/** Every page of the desk: it lives, it is heard, and it says that somebody is there. */

import "./elements/desk_live.js";
import "./elements/seat_marks.js";
