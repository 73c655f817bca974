package shell

import (
	"context"
	"errors"
	"strings"

	"axle/cli/grammar"
	"axle/cli/ios"
)

// ErrLogin is what Login returns after the last wrong answer.
var ErrLogin = errors.New("shell: login refused")

// tries is how often a password is asked for.
const tries = 3

// enable raises the privilege. With neither a secret nor a password
// configured only a console may.
func (s *Session) enable(ctx context.Context, l *grammar.Line) bool {
	level := lastNumber(l, 15)
	if level < 0 || level > 15 {
		s.print("% Bad privilege level\n")
		return false
	}
	if level <= s.level {
		s.level = level
		return false
	}
	c := s.b.Config()
	secret, bad := c.EnableSecret, "% Bad secrets\n\n"
	if secret == (ios.Secret{}) {
		secret, bad = c.EnablePassword, "% Bad passwords\n\n"
	}
	if secret == (ios.Secret{}) {
		if s.line.Kind == "vty" || strings.HasPrefix(s.who.Line, "vty") {
			s.print("% No password set\n")
			return false
		}
		s.level = level
		return false
	}
	empty := true
	for range tries {
		typed, err := s.t.ReadSecret("Password: ")
		if err != nil || ctx.Err() != nil {
			return false
		}
		if secret.Verify(typed) {
			s.level = level
			return false
		}
		empty = empty && typed == ""
	}
	if empty {
		bad = "% Access denied\n\n"
	}
	s.print(bad)
	return false
}

// Login shows the banners and asks for what the line's configuration wants: a
// user name and password with "login local", the line's password with
// "login". It returns ErrLogin after three wrong answers. The session then
// belongs to that user, at the user's privilege.
func (s *Session) Login(ctx context.Context) error {
	c := s.b.Config()
	s.banner(c, "motd")
	if !s.line.LoginLocal && !s.line.Login {
		return nil
	}
	s.banner(c, "login")
	if !s.line.LoginLocal && s.line.Password == (ios.Secret{}) {
		s.print("\nPassword required, but none set\n")
		return ErrLogin
	}
	s.print("\nUser Access Verification\n\n")
	for range tries {
		ok, err := s.tryLogin(c)
		if err != nil {
			return errors.Join(ErrLogin, err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if ok {
			s.print("\n")
			return nil
		}
	}
	return ErrLogin
}

func (s *Session) banner(c *ios.Config, name string) {
	if text := c.Banner[name]; text != "" {
		s.print("\n" + ensureLine(text))
	}
}

// tryLogin asks once.
func (s *Session) tryLogin(c *ios.Config) (ok bool, err error) {
	if !s.line.LoginLocal {
		typed, err := s.t.ReadSecret("Password: ")
		if err == nil && !s.line.Password.Verify(typed) {
			s.print("% Bad passwords\n\n")
			return false, nil
		}
		return err == nil, err
	}
	name, err := s.t.ReadAnswer("Username: ")
	if err != nil {
		return false, err
	}
	name = strings.TrimSpace(name)
	typed, err := s.t.ReadSecret("Password: ")
	if err != nil {
		return false, err
	}
	for _, u := range c.Users {
		if u.Name == name && (u.Secret == (ios.Secret{}) || u.Secret.Verify(typed)) {
			s.who.User = name
			s.level = max(1, u.Privilege, s.line.Privilege)
			return true, nil
		}
	}
	s.print("% Login invalid\n\n")
	return false, nil
}
