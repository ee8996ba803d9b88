using System.Net;
using Microsoft.Extensions.Time.Testing;
using SdStudio.Web.Security;

namespace SdStudio.Web.Tests.Security;

public sealed class PassphraseAttemptsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly PassphraseAttempts _attempts;

    public PassphraseAttemptsTests() => _attempts = new PassphraseAttempts(_time);

    [Fact]
    public void ManyWrongOnes_OfOnePlace_WaitUntilTheOldestIsForgotten()
    {
        IPAddress phone = IPAddress.Parse("192.168.1.7");
        for (int i = 0; i < PassphraseAttempts.MostOfOne; i++)
        {
            Assert.Null(_attempts.Begin(phone));
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(PassphraseAttempts.Window - TimeSpan.FromMinutes(PassphraseAttempts.MostOfOne), _attempts.Begin(phone));
        Assert.Null(_attempts.Begin(IPAddress.Parse("192.168.1.8")));

        _time.Advance(PassphraseAttempts.Window - TimeSpan.FromMinutes(PassphraseAttempts.MostOfOne));
        Assert.Null(_attempts.Begin(phone));
        Assert.NotNull(_attempts.Begin(phone));
    }

    [Fact]
    public void RightOne_ForgetsTheWrongOnesBefore()
    {
        IPAddress phone = IPAddress.Parse("192.168.1.7");
        for (int i = 0; i < 3 * PassphraseAttempts.MostOfOne; i++)
        {
            Assert.Null(_attempts.Begin(phone));
            _attempts.Succeed(phone);
        }
    }

    [Theory]
    [InlineData("fd00:1:2:3::", true)]
    [InlineData("::ffff:10.0.0.", false)]
    public void Addresses_ThatOneDeviceCanChoose_AreOnePlace(string start, bool isOne)
    {
        for (int i = 1; i <= PassphraseAttempts.MostOfOne; i++)
        {
            Assert.Null(_attempts.Begin(IPAddress.Parse($"{start}{i}")));
        }

        Assert.Equal(isOne, _attempts.Begin(IPAddress.Parse($"{start}99")) is not null);
    }

    [Fact]
    public void ManyPlaces_TogetherAreSlowedDownToo()
    {
        for (int i = 0; i < PassphraseAttempts.MostOfAll; i++)
        {
            Assert.Null(_attempts.Begin(IPAddress.Parse($"10.0.{i}.1")));
        }

        Assert.Equal(PassphraseAttempts.Window, _attempts.Begin(IPAddress.Parse("10.1.0.1")));
    }
}
