using DistTrain.Training.Jobs;

namespace DistTrain.Node.Commands;

/// <summary>A recipe of <c>--preset</c> and what was set besides. Which of the recipe's settings stay depends on all that is set, so both are kept until nothing more is.</summary>
/// <param name="Begun">The recipe, with all that was set besides.</param>
/// <param name="Plain">What was set besides alone.</param>
internal sealed record BegunRecipe(JobSpec Begun, JobSpec Plain)
{
    /// <summary>The job, without what the recipe set for choices that were not taken.</summary>
    public JobSpec Job => Presets.WithoutLeftovers(Begun, Plain);

    /// <summary>The recipe with one more thing set.</summary>
    public BegunRecipe With(Func<JobSpec, JobSpec> set) => new(set(Begun), set(Plain));
}
