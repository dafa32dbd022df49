using System.Globalization;
using DistTrain.Training.Optimizers;

namespace DistTrain.Training.Jobs;

/// <summary>The optimizer of a job.</summary>
public static class JobOptimizer
{
    /// <summary>A new one, which has seen nothing.</summary>
    /// <exception cref="UserErrorException">There is no such optimizer; the message says what there is.</exception>
    public static IOptimizer NewOptimizer(this JobSpec spec)
    {
        var penalties = new Penalties(spec.L1, spec.L2, spec.WeightDecay ?? OptimizerCatalog.Find(spec.Optimizer).WeightDecay);
        return spec.Optimizer switch
        {
            OptimizerCatalog.NAdam => new NAdam(spec.Beta1, spec.Beta2, spec.Epsilon, spec.MomentumDecay, penalties),
            OptimizerCatalog.Sgd => new Sgd(penalties),
            OptimizerCatalog.Momentum => new Momentum(spec.Momentum, nesterov: false, penalties),
            OptimizerCatalog.Nesterov => new Momentum(spec.Momentum, nesterov: true, penalties),
            OptimizerCatalog.RmsProp => new RmsProp(spec.Alpha, spec.Epsilon, penalties),
            _ => new Adam(spec.Beta1, spec.Beta2, spec.Epsilon, penalties),
        };
    }

    /// <summary>What its optimizer keeps between updates.</summary>
    public static Moments KeptMoments(this JobSpec spec) => OptimizerCatalog.Find(spec.Optimizer).Moments;

    /// <summary>The peak learning rate: its own, or the optimizer's if it names none.</summary>
    public static double PeakLearningRate(this JobSpec spec) => spec.LearningRate ?? OptimizerCatalog.Find(spec.Optimizer).LearningRate;

    /// <summary>For people: its name, with what differs from a plain one of that name, such as <c>momentum 0.8, L2 0.0005</c>.</summary>
    public static string DescribeOptimizer(this JobSpec spec)
    {
        OptimizerDescription optimizer = OptimizerCatalog.Find(spec.Optimizer);
        var parts = new List<string> { optimizer.Takes.HasFlag(OptimizerSettings.Momentum) ? Part(optimizer.Name, spec.Momentum) : optimizer.Name };
        void Add(string name, double value, double plain)
        {
            if (value != plain)
            {
                parts.Add(Part(name, value));
            }
        }

        var plain = new JobSpec();
        Add("beta1", spec.Beta1, plain.Beta1);
        Add("beta2", spec.Beta2, plain.Beta2);
        Add("momentum decay", spec.MomentumDecay, plain.MomentumDecay);
        Add("alpha", spec.Alpha, plain.Alpha);
        Add("epsilon", spec.Epsilon, plain.Epsilon);
        Add("clip norm", spec.ClipNorm, 0);
        Add("L1", spec.L1, 0);
        Add("L2", spec.L2, 0);
        Add("weight decay", spec.WeightDecay ?? optimizer.WeightDecay, 0);
        return string.Join(", ", parts);
    }

    /// <summary>The job with everything written out that its optimizer decides, so that its result is the same whatever later versions choose.</summary>
    public static JobSpec WithOptimizerResolved(this JobSpec spec) => spec with
    {
        LearningRate = spec.PeakLearningRate(),
        WeightDecay = spec.WeightDecay ?? OptimizerCatalog.Find(spec.Optimizer).WeightDecay,
    };

    private static string Part(string name, double value) => string.Create(CultureInfo.InvariantCulture, $"{name} {value}");
}
