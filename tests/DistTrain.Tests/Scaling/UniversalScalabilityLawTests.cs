using CsCheck;
using DistTrain.Node.Scaling;

namespace DistTrain.Tests.Scaling;

public sealed class UniversalScalabilityLawTests
{
    private static readonly int[] Counts = [1, 2, 4, 8, 16, 32];

    private static readonly Gen<UniversalScalabilityLaw> AnyLaw = Gen.Select(
        Gen.Double[0, 0.5], Gen.Double[0, 0.01], Gen.Double[1, 1000],
        (sigma, kappa, oneWorker) => new UniversalScalabilityLaw(sigma, kappa, oneWorker, new FitResiduals(0, 0, 0, 0)));

    [Fact]
    public void Fit_recovers_the_law_that_exact_steps_follow() => AnyLaw.Sample(law =>
    {
        UniversalScalabilityLaw fitted = UniversalScalabilityLaw.Fit(Steps(law, _ => 1))!;

        Assert.Equal(law.Sigma, fitted.Sigma, 1e-4);
        Assert.Equal(law.Kappa, fitted.Kappa, 1e-5);
        Assert.Equal(law.OneWorker, fitted.OneWorker, 1e-4 * law.OneWorker);
    });

    [Fact]
    public void Fit_of_steps_with_two_per_cent_of_noise_is_near_the_law() => Gen.Select(AnyLaw, Gen.Double[-0.02, 0.02].Array[6]).Sample((law, noise) =>
    {
        UniversalScalabilityLaw fitted = UniversalScalabilityLaw.Fit(Steps(law, i => 1 + noise[i]))!;

        Assert.InRange(fitted.Residuals.Largest, 0, 0.08);
        Assert.All(Counts, workers => Assert.Equal(1, fitted.SpeedupAt(workers) / law.SpeedupAt(workers), 0.12));
    });

    [Fact]
    public void Speed_up_is_largest_at_the_peak() => AnyLaw.Where(law => law.Kappa > 1e-6).Sample(law =>
    {
        double peak = law.Peak!.Value;

        Assert.True(law.SpeedupAt(peak) >= law.SpeedupAt(peak * 1.1));
        Assert.True(law.SpeedupAt(peak) >= law.SpeedupAt(Math.Max(1, peak * 0.9)));
    });

    [Fact]
    public void Ideal_steps_have_no_contention_and_no_peak()
    {
        UniversalScalabilityLaw fitted = UniversalScalabilityLaw.Fit([.. Counts.Select(workers => new StepTime(workers, 640.0 / workers))])!;

        Assert.Equal(0, fitted.Sigma, 1e-9);
        Assert.Equal(0, fitted.Kappa, 1e-9);
        Assert.Null(fitted.Peak);
    }

    [Fact]
    public void Workers_that_help_nothing_peak_at_one() =>
        Assert.Equal(1, UniversalScalabilityLaw.Fit([.. Counts.Select(workers => new StepTime(workers, 10.0))])!.Peak);

    private static StepTime[] Steps(UniversalScalabilityLaw law, Func<int, double> noise) =>
        [.. Counts.Select((workers, i) => new StepTime(workers, law.At(workers) * noise(i)))];
}
