"""The six digits of a telephone are those of RFC 4226 and RFC 6238."""

import pytest

from rules.totp import enrolment_address, hotp, matching_step, step_at

SECRET = b"12345678901234567890"  # RFC 4226, appendix D
FIRST_TEN = ("755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489")


@pytest.mark.parametrize(("counter", "code"), enumerate(FIRST_TEN))
def test_the_counters_of_rfc_4226_give_its_codes(counter: int, code: str) -> None:
    assert hotp(SECRET, counter) == code


@pytest.mark.parametrize(
    ("seconds", "digest", "code"),
    [  # RFC 6238, appendix B
        (59, "sha1", "94287082"), (59, "sha256", "46119246"), (59, "sha512", "90693936"),
        (1111111109, "sha1", "07081804"), (1111111111, "sha1", "14050471"), (1234567890, "sha1", "89005924"),
        (1234567890, "sha256", "91819424"), (1234567890, "sha512", "93441116"), (2000000000, "sha1", "69279037"),
        (20000000000, "sha1", "65353130"), (20000000000, "sha256", "77737706"), (20000000000, "sha512", "47863826"),
    ],
)
def test_the_moments_of_rfc_6238_give_its_codes(seconds: int, digest: str, code: str) -> None:
    length = {"sha1": 20, "sha256": 32, "sha512": 64}[digest]
    secret = (SECRET * 4)[:length]
    assert hotp(secret, step_at(seconds), 8, digest) == code


def test_a_code_half_a_minute_off_is_taken_and_one_further_off_is_not() -> None:
    now = 1_000_000 * 30
    for off in (-1, 0, 1):
        assert matching_step(SECRET, hotp(SECRET, 1_000_000 + off), now, 0) == 1_000_000 + off
    for off in (-2, 2):
        assert matching_step(SECRET, hotp(SECRET, 1_000_000 + off), now, 0) is None


def test_a_code_of_a_step_already_used_or_before_it_is_not_taken() -> None:
    now, step = 1_000_000 * 30, 1_000_000
    assert matching_step(SECRET, hotp(SECRET, step), now, step) is None
    assert matching_step(SECRET, hotp(SECRET, step - 1), now, step) is None
    assert matching_step(SECRET, hotp(SECRET, step + 1), now, step) == step + 1


def test_nothing_but_digits_of_the_right_length_fits() -> None:
    for code in ("", "０００", "1" * 400, hotp(SECRET, 5)[:5]):
        assert matching_step(SECRET, code, 5 * 30, 0) is None


def test_the_address_in_the_qr_code_names_installation_and_person_without_breaking() -> None:
    address = enrolment_address("ABC234", "zhu ren", "督办")
    assert address.startswith("otpauth://totp/%E7%9D%A3%E5%8A%9E:zhu%20ren?secret=ABC234&issuer=%E7%9D%A3%E5%8A%9E")
